// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LegBook} from "./LegBook.sol";
import {Messages} from "./Messages.sol";
import {LegTimes, Reason, Terms} from "./Terms.sol";
import {TermsBounds} from "./TermsBounds.sol";

/// @notice What buyer and seller may do together at any time, also during a dispute. The caller needs no signature.
abstract contract Agreements is LegBook, TermsBounds {
    /// @notice Split what remains as both signed; proposals are numbered, and withdrawn ones no longer count.
    function settle(
        Terms calldata terms,
        uint256 leg,
        uint256 sellerAmount,
        uint64 sequence,
        uint256 deadline,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external nonReentrant {
        Position memory position = _openLeg(terms, leg);
        uint256 withdrawn = _withdrawnSequence[position.id][leg];
        require(sequence > withdrawn, ProposalWithdrawn(sequence, withdrawn));
        require(block.timestamp <= deadline, SignatureExpired(deadline));
        require(sellerAmount <= position.remaining, InvalidAmount(sellerAmount, position.remaining));
        bytes32 message = Messages.ofSettle(position.id, leg, sellerAmount, position.remaining, sequence, deadline);
        _requireConsent(terms.buyer, message, deadline, buyerSignature);
        _requireConsent(terms.legs[leg].seller, message, deadline, sellerSignature);
        uint256 refundAmount = position.remaining - sellerAmount;
        emit SettlementAgreed(position.id, terms.legs[leg].orderId, leg, sellerAmount, refundAmount, sequence);
        _payOut(terms, position, Payout(sellerAmount, refundAmount, Reason.Settled));
    }

    /// @notice The buyer or the seller takes back every proposal numbered up to `sequence`.
    function withdrawProposals(Terms calldata terms, uint256 leg, uint64 sequence) external {
        _withdrawProposals(terms, leg, sequence, msg.sender, 0, _noSignature());
    }

    /// @notice As `withdrawProposals`, relayed by anyone with the signature of `party`, the buyer or the seller.
    function withdrawProposalsWithSignature(
        Terms calldata terms,
        uint256 leg,
        uint64 sequence,
        address party,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _withdrawProposals(terms, leg, sequence, party, deadline, signature);
    }

    /// @notice Move the end of the protection window to a later second that both signed.
    function extend(
        Terms calldata terms,
        uint256 leg,
        uint64 newAutoReleaseAt,
        uint256 deadline,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external nonReentrant {
        Position memory position = _openLeg(terms, leg);
        bytes32 message =
            Messages.ofValue(Messages.EXTEND, position.id, leg, newAutoReleaseAt, position.remaining, deadline);
        _requireConsent(terms.buyer, message, deadline, buyerSignature);
        _requireConsent(terms.legs[leg].seller, message, deadline, sellerSignature);
        LegTimes storage times = _times[position.id][leg];
        uint256 current = _autoReleaseAt(terms, leg, times);
        uint256 latest = block.timestamp + MAX_HOLD;
        require(
            newAutoReleaseAt > current && newAutoReleaseAt <= latest,
            InvalidExtension(newAutoReleaseAt, current, latest)
        );
        times.autoReleaseAt = newAutoReleaseAt;
        emit Extended(position.id, terms.legs[leg].orderId, leg, position.remaining, newAutoReleaseAt);
    }

    function _withdrawProposals(
        Terms calldata terms,
        uint256 leg,
        uint64 sequence,
        address party,
        uint256 deadline,
        bytes calldata signature
    ) private nonReentrant {
        Position memory position = _openLeg(terms, leg);
        require(party == terms.buyer || party == terms.legs[leg].seller, NotAllowed(party, terms.legs[leg].seller));
        bytes32 message =
            Messages.ofValue(Messages.WITHDRAW_PROPOSALS, position.id, leg, sequence, position.remaining, deadline);
        _requireConsent(party, message, deadline, signature);
        uint256 withdrawn = _withdrawnSequence[position.id][leg];
        require(sequence > withdrawn, ProposalWithdrawn(sequence, withdrawn));
        _withdrawnSequence[position.id][leg] = sequence;
        emit ProposalsWithdrawn(position.id, terms.legs[leg].orderId, leg, sequence);
    }
}
