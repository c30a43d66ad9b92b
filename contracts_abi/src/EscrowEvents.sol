// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reason} from "./Terms.sol";

/// @notice What an indexer reads: one event per transition, each with what the leg still holds.
interface EscrowEvents {
    /// @notice All legs of an escrow were funded by `payer`.
    event Deposited(
        bytes32 indexed id, bytes32 indexed groupId, address indexed payer, address token, address buyer, uint256 amount
    );
    /// @notice One leg holds its full amount.
    event LegFunded(bytes32 indexed id, bytes32 indexed orderId, uint256 leg, address seller, uint256 amount);
    /// @notice `net` went to the seller and `fee` to the fee recipient.
    event Released(
        bytes32 indexed id,
        bytes32 indexed orderId,
        uint256 leg,
        address seller,
        uint256 net,
        uint256 fee,
        uint256 remaining,
        Reason reason
    );
    /// @notice `amount` went back to the signed refund address.
    event Refunded(
        bytes32 indexed id,
        bytes32 indexed orderId,
        uint256 leg,
        address to,
        uint256 amount,
        uint256 remaining,
        Reason reason
    );
    /// @notice The seller says the goods were handed over; silence pays from `autoReleaseAt` on.
    event Shipped(bytes32 indexed id, bytes32 indexed orderId, uint256 leg, uint256 remaining, uint256 autoReleaseAt);
    /// @notice The buyer asks for the money of an unshipped leg; the seller may answer until `answerBy`.
    event CancellationRequested(
        bytes32 indexed id, bytes32 indexed orderId, uint256 leg, uint256 remaining, uint256 answerBy
    );
    /// @notice The buyer objects; the arbiter may decide until `decideBy`.
    event Disputed(bytes32 indexed id, bytes32 indexed orderId, uint256 leg, uint256 remaining, uint256 decideBy);
    /// @notice Both parties moved the end of the protection window.
    event Extended(bytes32 indexed id, bytes32 indexed orderId, uint256 leg, uint256 remaining, uint256 autoReleaseAt);
    /// @notice Both parties agreed on a split, numbered `sequence`.
    event SettlementAgreed(
        bytes32 indexed id,
        bytes32 indexed orderId,
        uint256 leg,
        uint256 sellerAmount,
        uint256 refundAmount,
        uint256 sequence
    );
    /// @notice A party took back all split proposals numbered up to `sequence`.
    event ProposalsWithdrawn(bytes32 indexed id, bytes32 indexed orderId, uint256 leg, uint256 sequence);
    /// @notice A transfer to `who` failed, so the amount waits to be withdrawn.
    event Credited(address indexed token, address indexed who, uint256 amount);
    /// @notice A waiting amount reached its owner.
    event Withdrawn(address indexed token, address indexed who, uint256 amount);
    /// @notice New deposits are refused through the second `until`; exits are not touched.
    event DepositsPaused(uint256 until);
    /// @notice The item at `index` of a batch changed nothing; `reason` is the error it met, cut at 256 bytes.
    event BatchItemFailed(bytes32 indexed id, uint256 index, bytes reason);
}
