// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Consent} from "./Consent.sol";
import {Leg, LegState, LegTimes, Outcome, Reason, Terms} from "./Terms.sol";

/// @notice What every leg holds, and the only place from which money leaves.
/// @dev One slot per escrow: the second of funding in the low 64 bits, then two bits of Outcome per leg. Amounts are
/// stored only for a leg that was divided, so the common order costs one new slot in its whole life.
abstract contract LegBook is Consent, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 internal constant BPS = 10_000;
    uint256 private constant FIRST_OUTCOME_BIT = 64;

    struct Division {
        uint128 released;
        uint128 refunded;
    }

    struct Position {
        bytes32 id;
        uint256 leg;
        uint256 book;
        Outcome outcome;
        uint256 released;
        uint256 refunded;
        uint256 remaining;
    }

    struct Payout {
        uint256 toSeller;
        uint256 toRefund;
        Reason reason;
    }

    mapping(bytes32 id => uint256 book) private _books;
    mapping(bytes32 id => mapping(uint256 leg => Division)) private _divisions;
    mapping(bytes32 id => mapping(uint256 leg => LegTimes)) internal _times;
    mapping(bytes32 id => mapping(uint256 leg => uint64)) internal _withdrawnSequence;

    /// @notice Base units of `token` that wait for `who` because a transfer failed.
    mapping(address token => mapping(address who => uint256 amount)) public withdrawable;

    /// @notice Pull what waits for the caller.
    function withdraw(address token) external {
        withdrawFor(token, msg.sender);
    }

    /// @notice Push what waits for `who` to `who`; anyone may, so an owner without gas is served.
    function withdrawFor(address token, address who) public nonReentrant {
        uint256 amount = withdrawable[token][who];
        require(amount > 0, NothingToWithdraw(token, who));
        withdrawable[token][who] = 0;
        emit Withdrawn(token, who, amount);
        IERC20(token).safeTransfer(who, amount);
    }

    /// @notice Present state of one leg; `funded` is false for terms that were never deposited.
    function legState(Terms calldata terms, uint256 leg) external view returns (LegState memory state) {
        require(leg < terms.legs.length, NoSuchLeg(leg));
        bytes32 id = escrowId(terms);
        uint256 book = _books[id];
        if (book == 0) return state;
        Position memory position = _position(terms, id, book, leg);
        state = LegState({
            funded: true,
            outcome: position.outcome,
            released: position.released,
            refunded: position.refunded,
            fee: _feeDue(terms.legs[leg], position.released),
            remaining: position.remaining,
            fundedAt: uint64(book),
            times: _times[id][leg],
            withdrawnSequence: _withdrawnSequence[id][leg]
        });
    }

    /// @notice Second in which the escrow was funded, zero when it was not.
    function fundedAt(bytes32 id) external view returns (uint256) {
        return uint64(_books[id]);
    }

    function _markFunded(bytes32 id) internal {
        require(_books[id] == 0, AlreadyFunded(id));
        _books[id] = uint64(block.timestamp);
    }

    function _openLeg(Terms calldata terms, uint256 leg) internal view returns (Position memory position) {
        bytes32 id = escrowId(terms);
        uint256 book = _books[id];
        require(book != 0, NotFunded(id));
        require(leg < terms.legs.length, NoSuchLeg(leg));
        position = _position(terms, id, book, leg);
        require(position.remaining > 0, LegClosed(id, leg));
    }

    function _autoReleaseAt(Terms calldata terms, uint256 leg, LegTimes storage times) internal view returns (uint256) {
        uint256 extended = times.autoReleaseAt;
        return extended == 0 ? terms.legs[leg].autoReleaseAt : extended;
    }

    /// @dev State and events come before the transfers; a recipient that refuses is credited and blocks nobody.
    /// The amounts come in a struct: as plain arguments the compiler would copy this function for each constant.
    function _payOut(Terms calldata terms, Position memory position, Payout memory payout) internal {
        Leg calldata leg = terms.legs[position.leg];
        (uint256 toSeller, uint256 toRefund) = (payout.toSeller, payout.toRefund);
        uint256 releasedAfter = position.released + toSeller;
        uint256 fee = _feeDue(leg, releasedAfter) - _feeDue(leg, position.released);
        uint256 net = toSeller - fee;
        uint256 remaining = position.remaining - toSeller;
        _record(position, releasedAfter, position.refunded + toRefund, leg.amount);

        if (toSeller > 0) {
            emit Released(position.id, leg.orderId, position.leg, leg.seller, net, fee, remaining, payout.reason);
        }
        if (toRefund > 0) {
            remaining -= toRefund;
            emit Refunded(position.id, leg.orderId, position.leg, terms.refundTo, toRefund, remaining, payout.reason);
        }
        _transfer(terms.token, leg.seller, net);
        _transfer(terms.token, terms.feeRecipient, fee);
        _transfer(terms.token, terms.refundTo, toRefund);
    }

    function _record(Position memory position, uint256 released, uint256 refunded, uint256 amount) private {
        Outcome outcome = Outcome.Divided;
        if (released == amount) {
            outcome = Outcome.Released;
        } else if (refunded == amount) {
            outcome = Outcome.Refunded;
        } else {
            _divisions[position.id][position.leg] = Division(uint128(released), uint128(refunded));
        }
        if (outcome != position.outcome) {
            uint256 shift = FIRST_OUTCOME_BIT + 2 * position.leg;
            uint256 cleared = position.book & ~(uint256(3) << shift);
            _books[position.id] = cleared | (uint256(outcome) << shift);
        }
    }

    function _transfer(address token, address to, uint256 amount) private {
        if (amount == 0) return;
        if (!IERC20(token).trySafeTransfer(to, amount)) {
            withdrawable[token][to] += amount;
            emit Credited(token, to, amount);
        }
    }

    function _position(Terms calldata terms, bytes32 id, uint256 book, uint256 leg)
        private
        view
        returns (Position memory position)
    {
        uint256 amount = terms.legs[leg].amount;
        position.id = id;
        position.leg = leg;
        position.book = book;
        position.outcome = Outcome((book >> (FIRST_OUTCOME_BIT + 2 * leg)) & 3);
        if (position.outcome == Outcome.Released) {
            position.released = amount;
        } else if (position.outcome == Outcome.Refunded) {
            position.refunded = amount;
        } else if (position.outcome == Outcome.Divided) {
            Division storage division = _divisions[id][leg];
            (position.released, position.refunded) = (division.released, division.refunded);
        }
        position.remaining = amount - position.released - position.refunded;
    }

    /// @dev Cumulative and floored, so releasing in many parts costs what one release costs.
    function _feeDue(Leg calldata leg, uint256 released) private pure returns (uint256) {
        return released * leg.feeBps / BPS;
    }
}
