// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegBook} from "./LegBook.sol";
import {Messages} from "./Messages.sol";
import {LegTimes, Reason, Terms} from "./Terms.sol";

/// @notice The quiet ways out: the buyer accepts, the seller gives back, or time passes.
abstract contract Confirmations is LegBook {
    /// @notice The buyer pays `amount` of the leg to its seller; during a dispute only all that remains.
    function release(Terms calldata terms, uint256 leg, uint256 amount) external {
        _release(terms, leg, amount, 0, _noSignature());
    }

    /// @notice As `release`, relayed by anyone with the buyer's signature.
    function releaseWithSignature(
        Terms calldata terms,
        uint256 leg,
        uint256 amount,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _release(terms, leg, amount, deadline, signature);
    }

    /// @notice The seller gives `amount` of the leg back to refundTo; during a dispute only all that remains.
    function refund(Terms calldata terms, uint256 leg, uint256 amount) external {
        _refund(terms, leg, amount, 0, _noSignature());
    }

    /// @notice As `refund`, relayed by anyone with the seller's signature.
    function refundWithSignature(
        Terms calldata terms,
        uint256 leg,
        uint256 amount,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _refund(terms, leg, amount, deadline, signature);
    }

    /// @notice After the protection window anyone may have the seller paid what remains.
    function claim(Terms calldata terms, uint256 leg) external nonReentrant {
        Position memory position = _openLeg(terms, leg);
        LegTimes storage times = _times[position.id][leg];
        uint256 autoReleaseAt = _autoReleaseAt(terms, leg, times);
        require(block.timestamp > autoReleaseAt, StillProtected(autoReleaseAt));
        require(times.disputedAt == 0, InDispute(times.disputedAt));
        require(times.cancellationAt == 0 || times.shippedAt > 0, CancellationOpen(times.cancellationAt));
        _payOut(terms, position, Payout(position.remaining, 0, Reason.Claimed));
    }

    function _release(Terms calldata terms, uint256 leg, uint256 amount, uint256 deadline, bytes calldata signature)
        private
        nonReentrant
    {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofValue(Messages.RELEASE, position.id, leg, amount, position.remaining, deadline);
        _requireConsent(terms.buyer, message, deadline, signature);
        _requireMovable(amount, position);
        _payOut(terms, position, Payout(amount, 0, Reason.Confirmed));
    }

    function _refund(Terms calldata terms, uint256 leg, uint256 amount, uint256 deadline, bytes calldata signature)
        private
        nonReentrant
    {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofValue(Messages.REFUND, position.id, leg, amount, position.remaining, deadline);
        _requireConsent(terms.legs[leg].seller, message, deadline, signature);
        _requireMovable(amount, position);
        _payOut(terms, position, Payout(0, amount, Reason.Returned));
    }

    /// @dev In a dispute a party concedes all or nothing: moving one unit would void the arbiter's decision about what
    /// remains, again and again until time runs out.
    function _requireMovable(uint256 amount, Position memory position) private view {
        require(amount > 0 && amount <= position.remaining, InvalidAmount(amount, position.remaining));
        if (amount < position.remaining) {
            uint256 disputedAt = _times[position.id][position.leg].disputedAt;
            require(disputedAt == 0, InDispute(disputedAt));
        }
    }
}
