// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowErrors} from "./EscrowErrors.sol";
import {Leg, Terms} from "./Terms.sol";

/// @notice Bounds that make every leg closable at a known time without the operator.
abstract contract TermsBounds is EscrowErrors {
    /// @notice Highest commission, in hundredths of a percent.
    uint256 public constant MAX_FEE_BPS = 1000;
    /// @notice Most sellers that one signature can fund.
    uint256 public constant MAX_LEGS = 32;
    /// @notice Longest time from now to an automatic release, in seconds.
    uint256 public constant MAX_HOLD = 365 days;
    /// @notice Bounds of the seller's time to answer, in seconds.
    uint256 public constant MIN_ANSWER_WINDOW = 1 hours;
    uint256 public constant MAX_ANSWER_WINDOW = 30 days;
    /// @notice Bounds of the arbiter's time to decide, in seconds.
    uint256 public constant MIN_DISPUTE_TIMEOUT = 1 days;
    uint256 public constant MAX_DISPUTE_TIMEOUT = 180 days;

    /// @dev Returns the sum of all legs. The escrow itself as a recipient would strand money; an arbiter who is a party
    /// would judge the own case.
    function _checkTerms(Terms calldata terms) internal view returns (uint256 total) {
        _requireField(_canReceive(terms.buyer), "buyer");
        _requireField(_canReceive(terms.refundTo), "refundTo");
        _requireField(_canReceive(terms.feeRecipient), "feeRecipient");
        _requireField(terms.arbiter != terms.buyer && terms.arbiter != terms.refundTo, "arbiter");
        _requireField(_within(terms.answerWindow, MIN_ANSWER_WINDOW, MAX_ANSWER_WINDOW), "answerWindow");
        _requireField(_within(terms.disputeTimeout, MIN_DISPUTE_TIMEOUT, MAX_DISPUTE_TIMEOUT), "disputeTimeout");
        _requireField(terms.defaultSellerBps <= 10_000, "defaultSellerBps");
        _requireField(_within(terms.legs.length, 1, MAX_LEGS), "legs");
        for (uint256 i; i < terms.legs.length; ++i) {
            total += _checkLeg(terms, terms.legs[i]);
        }
    }

    function _checkLeg(Terms calldata terms, Leg calldata leg) private view returns (uint256) {
        _requireField(_canReceive(leg.seller) && leg.seller != terms.arbiter, "seller");
        _requireField(leg.amount > 0, "amount");
        _requireField(leg.feeBps <= MAX_FEE_BPS, "feeBps");
        _requireField(leg.shipBy >= terms.fundBy, "shipBy");
        _requireField(_within(leg.autoReleaseAt, uint256(leg.shipBy) + 1, block.timestamp + MAX_HOLD), "autoReleaseAt");
        return leg.amount;
    }

    function _requireField(bool holds, bytes32 field) private pure {
        require(holds, InvalidTerms(field));
    }

    function _canReceive(address who) private view returns (bool) {
        return who != address(0) && who != address(this);
    }

    function _within(uint256 value, uint256 least, uint256 most) private pure returns (bool) {
        return value >= least && value <= most;
    }
}
