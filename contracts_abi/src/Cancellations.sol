// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegBook} from "./LegBook.sol";
import {Messages} from "./Messages.sol";
import {LegTimes, Reason, Terms} from "./Terms.sol";

/// @notice Overdue goods: the buyer asks for the money back, the seller answers that they were shipped or pays.
abstract contract Cancellations is LegBook {
    /// @notice After shipBy the buyer starts the answer window of an unshipped leg.
    function cancelUnshipped(Terms calldata terms, uint256 leg) external {
        _requestCancellation(terms, leg, 0, _noSignature());
    }

    /// @notice As `cancelUnshipped`, relayed by anyone with the buyer's signature.
    function cancelUnshippedWithSignature(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        external
    {
        _requestCancellation(terms, leg, deadline, signature);
    }

    /// @notice The seller records that the goods were handed over; an open request to cancel is thereby answered.
    function markShipped(Terms calldata terms, uint256 leg) external {
        _recordShipment(terms, leg, 0, _noSignature());
    }

    /// @notice As `markShipped`, relayed by anyone with the seller's signature.
    function markShippedWithSignature(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        external
    {
        _recordShipment(terms, leg, deadline, signature);
    }

    /// @notice Anyone may refund what remains when the seller left a request to cancel unanswered.
    function finalizeCancellation(Terms calldata terms, uint256 leg) external nonReentrant {
        Position memory position = _openLeg(terms, leg);
        LegTimes storage times = _times[position.id][leg];
        require(times.cancellationAt > 0, NoCancellation());
        require(times.shippedAt == 0, AlreadyShipped(times.shippedAt));
        require(times.disputedAt == 0, InDispute(times.disputedAt));
        uint256 answerBy = times.cancellationAt + terms.answerWindow;
        require(block.timestamp > answerBy, AnswerWindowOpen(answerBy));
        _payOut(terms, position, Payout(0, position.remaining, Reason.Unshipped));
    }

    function _requestCancellation(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        private
        nonReentrant
    {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofFact(Messages.CANCEL_UNSHIPPED, position.id, leg, deadline);
        _requireConsent(terms.buyer, message, deadline, signature);
        LegTimes storage times = _times[position.id][leg];
        uint256 autoReleaseAt = _autoReleaseAt(terms, leg, times);
        require(times.disputedAt == 0, InDispute(times.disputedAt));
        require(times.shippedAt == 0, AlreadyShipped(times.shippedAt));
        require(times.cancellationAt == 0, CancellationOpen(times.cancellationAt));
        require(block.timestamp > terms.legs[leg].shipBy, NotOverdue(terms.legs[leg].shipBy));
        require(block.timestamp <= autoReleaseAt, ProtectionEnded(autoReleaseAt));
        times.cancellationAt = uint64(block.timestamp);
        uint256 answerBy = block.timestamp + terms.answerWindow;
        emit CancellationRequested(position.id, terms.legs[leg].orderId, leg, position.remaining, answerBy);
    }

    /// @dev An answer given near the end leaves the buyer one more answer window to object.
    function _recordShipment(Terms calldata terms, uint256 leg, uint256 deadline, bytes calldata signature)
        private
        nonReentrant
    {
        Position memory position = _openLeg(terms, leg);
        bytes32 message = Messages.ofFact(Messages.MARK_SHIPPED, position.id, leg, deadline);
        _requireConsent(terms.legs[leg].seller, message, deadline, signature);
        LegTimes storage times = _times[position.id][leg];
        require(times.shippedAt == 0, AlreadyShipped(times.shippedAt));
        uint256 autoReleaseAt = _autoReleaseAt(terms, leg, times);
        if (times.cancellationAt > 0) {
            uint256 answerBy = times.cancellationAt + terms.answerWindow;
            require(block.timestamp <= answerBy, AnswerWindowOver(answerBy));
            uint256 objectBy = block.timestamp + terms.answerWindow;
            if (objectBy > autoReleaseAt) {
                autoReleaseAt = objectBy;
                times.autoReleaseAt = uint64(objectBy);
            }
        }
        times.shippedAt = uint64(block.timestamp);
        emit Shipped(position.id, terms.legs[leg].orderId, leg, position.remaining, autoReleaseAt);
    }
}
