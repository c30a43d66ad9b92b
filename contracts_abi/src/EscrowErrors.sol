// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Every refusal of the escrow, with the values that explain it.
interface EscrowErrors {
    /// @notice The named field of the terms is out of its bounds.
    error InvalidTerms(bytes32 field);
    /// @notice These exact terms were funded before; an escrow is funded once.
    error AlreadyFunded(bytes32 id);
    /// @notice The deposit came after the agreed last second.
    error FundingClosed(uint256 fundBy);
    /// @notice New deposits are refused through this second.
    error DepositsArePaused(uint256 until);
    /// @notice The token delivered another amount than it was asked for, as fee-on-transfer tokens do.
    error WrongAmountReceived(uint256 expected, uint256 received);
    /// @notice After the permit the buyer's allowance does not cover the deposit.
    error AllowanceTooLow(uint256 allowance, uint256 needed);

    /// @notice No deposit exists for these exact terms.
    error NotFunded(bytes32 id);
    /// @notice The terms have no leg with this index.
    error NoSuchLeg(uint256 leg);
    /// @notice All money of the leg has left.
    error LegClosed(bytes32 id, uint256 leg);
    /// @notice The amount is zero or more than the leg still holds.
    error InvalidAmount(uint256 amount, uint256 remaining);
    /// @notice The leg no longer holds what the caller decided upon.
    error RemainingChanged(uint256 expected, uint256 remaining);

    /// @notice Only `allowed` may do this.
    error NotAllowed(address caller, address allowed);
    /// @notice The signature is not by `signer` over this act in the leg's present state.
    error InvalidSignature(address signer);
    /// @notice The message was valid through this second.
    error SignatureExpired(uint256 deadline);

    /// @notice The buyer's protection lasts through this second.
    error StillProtected(uint256 autoReleaseAt);
    /// @notice The buyer's protection ended at this second.
    error ProtectionEnded(uint256 autoReleaseAt);
    /// @notice The seller still has through this second to ship.
    error NotOverdue(uint256 shipBy);
    /// @notice The leg was marked as shipped at this second.
    error AlreadyShipped(uint256 shippedAt);
    /// @notice The buyer asked for cancellation at this second.
    error CancellationOpen(uint256 requestedAt);
    /// @notice No request to cancel is open.
    error NoCancellation();
    /// @notice The seller may answer through this second.
    error AnswerWindowOpen(uint256 answerBy);
    /// @notice The seller did not answer through this second.
    error AnswerWindowOver(uint256 answerBy);
    /// @notice The leg is disputed since this second.
    error InDispute(uint256 disputedAt);
    /// @notice The leg is not disputed.
    error NotDisputed();
    /// @notice The arbiter may decide through this second.
    error DecisionPending(uint256 decideBy);
    /// @notice The arbiter did not decide through this second.
    error DecisionOverdue(uint256 decideBy);
    /// @notice The new time must be after `current` and at most `latest`.
    error InvalidExtension(uint256 asked, uint256 current, uint256 latest);
    /// @notice Proposals numbered up to `withdrawn` no longer count.
    error ProposalWithdrawn(uint256 sequence, uint256 withdrawn);

    /// @notice Nothing of this token waits for `who`.
    error NothingToWithdraw(address token, address who);
    /// @notice A pause lasts from one second to seven days.
    error InvalidPause(uint256 duration);
    /// @notice The next pause may begin at this second.
    error PauseTooSoon(uint256 earliest);
}
