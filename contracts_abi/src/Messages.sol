// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Leg, Terms} from "./Terms.sol";

/// @notice EIP-712 struct hashes of the terms and of every act that may be relayed.
/// An act that moves money binds what the leg holds before it, so it works once. A fact happens once in a leg's life and
/// binds no amount: else the other party could void it by moving a single unit first.
library Messages {
    bytes32 internal constant LEG = keccak256(
        "Leg(bytes32 orderId,address seller,uint128 amount,uint16 feeBps,uint64 shipBy,uint64 autoReleaseAt)"
    );
    bytes32 internal constant TERMS = keccak256(
        "Terms(bytes32 groupId,address token,address buyer,address refundTo,address feeRecipient,address arbiter,uint64 fundBy,uint32 answerWindow,uint32 disputeTimeout,uint16 defaultSellerBps,Leg[] legs)Leg(bytes32 orderId,address seller,uint128 amount,uint16 feeBps,uint64 shipBy,uint64 autoReleaseAt)"
    );
    bytes32 internal constant RELEASE =
        keccak256("Release(bytes32 escrowId,uint256 leg,uint256 amount,uint256 remaining,uint256 deadline)");
    bytes32 internal constant REFUND =
        keccak256("Refund(bytes32 escrowId,uint256 leg,uint256 amount,uint256 remaining,uint256 deadline)");
    bytes32 internal constant RESOLVE =
        keccak256("Resolve(bytes32 escrowId,uint256 leg,uint256 sellerAmount,uint256 remaining,uint256 deadline)");
    bytes32 internal constant EXTEND =
        keccak256("Extend(bytes32 escrowId,uint256 leg,uint256 newAutoReleaseAt,uint256 remaining,uint256 deadline)");
    bytes32 internal constant WITHDRAW_PROPOSALS = keccak256(
        "WithdrawProposals(bytes32 escrowId,uint256 leg,uint256 sequence,uint256 remaining,uint256 deadline)"
    );
    bytes32 internal constant MARK_SHIPPED = keccak256("MarkShipped(bytes32 escrowId,uint256 leg,uint256 deadline)");
    bytes32 internal constant CANCEL_UNSHIPPED =
        keccak256("CancelUnshipped(bytes32 escrowId,uint256 leg,uint256 deadline)");
    bytes32 internal constant DISPUTE = keccak256("Dispute(bytes32 escrowId,uint256 leg,uint256 deadline)");
    bytes32 internal constant SETTLE = keccak256(
        "Settle(bytes32 escrowId,uint256 leg,uint256 sellerAmount,uint256 remaining,uint256 sequence,uint256 deadline)"
    );

    /// @notice Struct hash of the terms with all their legs.
    function ofTerms(Terms calldata terms) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                TERMS,
                terms.groupId,
                terms.token,
                terms.buyer,
                terms.refundTo,
                terms.feeRecipient,
                terms.arbiter,
                terms.fundBy,
                terms.answerWindow,
                terms.disputeTimeout,
                terms.defaultSellerBps,
                _ofLegs(terms.legs)
            )
        );
    }

    /// @notice Struct hash of an act with one number: an amount, a time or a sequence.
    function ofValue(bytes32 kind, bytes32 id, uint256 leg, uint256 value, uint256 remaining, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(kind, id, leg, value, remaining, deadline));
    }

    /// @notice Struct hash of a fact: shipped, asked to cancel, disputed.
    function ofFact(bytes32 kind, bytes32 id, uint256 leg, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(kind, id, leg, deadline));
    }

    /// @notice Struct hash of a numbered proposal to split what remains.
    function ofSettle(
        bytes32 id,
        uint256 leg,
        uint256 sellerAmount,
        uint256 remaining,
        uint256 sequence,
        uint256 deadline
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(SETTLE, id, leg, sellerAmount, remaining, sequence, deadline));
    }

    function _ofLegs(Leg[] calldata legs) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](legs.length);
        for (uint256 i; i < legs.length; ++i) {
            hashes[i] = keccak256(abi.encode(LEG, legs[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
