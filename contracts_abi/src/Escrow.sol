// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Agreements} from "./Agreements.sol";
import {Cancellations} from "./Cancellations.sol";
import {Confirmations} from "./Confirmations.sol";
import {DepositPause} from "./DepositPause.sol";
import {Deposits} from "./Deposits.sol";
import {Disputes} from "./Disputes.sol";
import {AuthorizedDeposit, LegClaim, PermittedDeposit, SignedRelease, Terms} from "./Terms.sol";

/// @title Escrow of market orders in any ERC-20
/// @notice Immutable and without an owner: what the buyer signed decides who can be paid, how much, and until when.
/// @dev A batch is the same call made many times; an item that fails is reported and changes nothing.
contract Escrow is Deposits, Confirmations, Cancellations, Disputes, Agreements {
    /// @notice Gas one batch item may use, so that a hostile wallet cannot starve the items after it.
    uint256 public constant MAX_ITEM_GAS = 1_000_000;
    uint256 private constant MAX_REASON_BYTES = 256;

    /// @param guardian_ Who may pause new deposits, or zero for nobody.
    constructor(address guardian_) DepositPause(guardian_) {}

    /// @notice Many `depositWithAuthorization`.
    function depositBatchWithAuthorization(AuthorizedDeposit[] calldata items) external {
        for (uint256 i; i < items.length; ++i) {
            AuthorizedDeposit calldata item = items[i];
            _attempt(i, item.terms, abi.encodeCall(this.depositWithAuthorization, (item.terms, item.authorization)));
        }
    }

    /// @notice Many `depositWithPermit`.
    function depositBatchWithPermit(PermittedDeposit[] calldata items) external {
        for (uint256 i; i < items.length; ++i) {
            PermittedDeposit calldata item = items[i];
            _attempt(
                i, item.terms, abi.encodeCall(this.depositWithPermit, (item.terms, item.permit, item.termsSignature))
            );
        }
    }

    /// @notice Many `depositFor`, all paid by the caller.
    function depositBatchFor(Terms[] calldata items) external {
        for (uint256 i; i < items.length; ++i) {
            _attempt(i, items[i], abi.encodeCall(this.depositFor, (items[i])));
        }
    }

    /// @notice Many `releaseWithSignature`; the calling buyer may leave the own signatures empty.
    function releaseBatch(SignedRelease[] calldata items) external {
        for (uint256 i; i < items.length; ++i) {
            SignedRelease calldata item = items[i];
            _attempt(
                i,
                item.terms,
                abi.encodeCall(
                    this.releaseWithSignature, (item.terms, item.leg, item.amount, item.deadline, item.signature)
                )
            );
        }
    }

    /// @notice Many `claim`.
    function claimBatch(LegClaim[] calldata items) external {
        for (uint256 i; i < items.length; ++i) {
            _attempt(i, items[i].terms, abi.encodeCall(this.claim, (items[i].terms, items[i].leg)));
        }
    }

    /// @dev A delegatecall to ourselves keeps msg.sender and rolls back a failing item alone. Nothing here is payable,
    /// so no value can be counted twice. Revert data is cut: copying a hostile token's could starve the batch.
    function _attempt(uint256 index, Terms calldata terms, bytes memory item) private {
        bool done;
        bytes memory reason;
        uint256 gasLimit = MAX_ITEM_GAS;
        uint256 maxReason = MAX_REASON_BYTES;
        assembly ("memory-safe") {
            done := delegatecall(gasLimit, address(), add(item, 0x20), mload(item), 0, 0)
            if iszero(done) {
                let size := returndatasize()
                if gt(size, maxReason) { size := maxReason }
                reason := mload(0x40)
                mstore(reason, size)
                returndatacopy(add(reason, 0x20), 0, size)
                mstore(0x40, and(add(add(reason, size), 0x3f), not(0x1f)))
            }
        }
        if (!done) emit BatchItemFailed(escrowId(terms), index, reason);
    }
}
