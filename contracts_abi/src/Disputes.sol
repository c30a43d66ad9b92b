// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegBook} from "./LegBook.sol";
import {Messages} from "./Messages.sol";
import {LegTimes, Reason, Terms} from "./Terms.sol";

/// @notice A disputed leg stays put until the parties agree, the arbiter divides it, or the signed default applies.
abstract contract Disputes is LegBook {
    /// @notice The buyer objects before the protection window ends.
    function dispute(Terms calldata terms, uint256 leg) external {
        _dispute(terms, leg, 0, _noSignature());
    }

    /// @notice As `dispute`, relayed by anyone with the buyer's signature.
    function disputeWithSignature(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        external
    {
        _dispute(terms, leg, deadline, signature);
    }

    /// @notice The arbiter gives `sellerAmount` of exactly `remaining` to the seller and the rest to refundTo.
    function resolve(Terms calldata terms, uint256 leg, uint256 sellerAmount, uint256 remaining) external {
        _resolve(terms, leg, sellerAmount, remaining, 0, _noSignature());
    }

    /// @notice As `resolve`, relayed by anyone with the arbiter's signature.
    function resolveWithSignature(
        Terms calldata terms,
        uint256 leg,
        uint256 sellerAmount,
        uint256 remaining,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _resolve(terms, leg, sellerAmount, remaining, deadline, signature);
    }

    /// @notice When the arbiter stayed silent anyone may apply the split that was signed beforehand.
    function timeoutDispute(Terms calldata terms, uint256 leg) external nonReentrant {
        Position memory position = _openLeg(terms, leg);
        uint256 decideBy = _decideBy(terms, position);
        require(block.timestamp > decideBy, DecisionPending(decideBy));
        uint256 sellerAmount = position.remaining * terms.defaultSellerBps / BPS;
        _payOut(terms, position, Payout(sellerAmount, position.remaining - sellerAmount, Reason.TimedOut));
    }

    function _dispute(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        private
        nonReentrant
    {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofFact(Messages.DISPUTE, position.id, leg, deadline);
        _requireConsent(terms.buyer, message, deadline, signature);
        LegTimes storage times = _times[position.id][leg];
        uint256 autoReleaseAt = _autoReleaseAt(terms, leg, times);
        require(times.disputedAt == 0, InDispute(times.disputedAt));
        require(block.timestamp <= autoReleaseAt, ProtectionEnded(autoReleaseAt));
        times.disputedAt = uint64(block.timestamp);
        uint256 decideBy = block.timestamp + terms.disputeTimeout;
        emit Disputed(position.id, terms.legs[leg].orderId, leg, position.remaining, decideBy);
    }

    function _resolve(
        Terms calldata terms,
        uint256 leg,
        uint256 sellerAmount,
        uint256 remaining,
        uint256 deadline,
        bytes calldata signature
    ) private nonReentrant {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofValue(Messages.RESOLVE, position.id, leg, sellerAmount, remaining, deadline);
        _requireConsent(terms.arbiter, message, deadline, signature);
        uint256 decideBy = _decideBy(terms, position);
        require(block.timestamp <= decideBy, DecisionOverdue(decideBy));
        require(remaining == position.remaining, RemainingChanged(remaining, position.remaining));
        require(sellerAmount <= remaining, InvalidAmount(sellerAmount, remaining));
        _payOut(terms, position, Payout(sellerAmount, remaining - sellerAmount, Reason.Resolved));
    }

    function _decideBy(Terms calldata terms, Position memory position) private view returns (uint256) {
        uint256 disputedAt = _times[position.id][position.leg].disputedAt;
        require(disputedAt > 0, NotDisputed());
        return disputedAt + terms.disputeTimeout;
    }
}
