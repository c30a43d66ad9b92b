// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EscrowErrors} from "./EscrowErrors.sol";
import {EscrowEvents} from "./EscrowEvents.sol";

/// @notice The guardian's one power: to refuse new deposits for a while that ends by itself.
abstract contract DepositPause is EscrowErrors, EscrowEvents {
    /// @notice Longest pause, in seconds.
    uint256 public constant MAX_PAUSE = 7 days;
    /// @notice Seconds after a pause in which no other may begin.
    uint256 public constant PAUSE_COOLDOWN = 30 days;

    /// @notice Who may pause; the zero address means that nobody can.
    address public immutable guardian;
    /// @notice Last second of the latest pause.
    uint256 public depositsPausedUntil;

    constructor(address guardian_) {
        guardian = guardian_;
    }

    /// @notice Refuse new deposits for `duration` seconds from now.
    function pauseDeposits(uint256 duration) external {
        _requireGuardian();
        require(duration > 0 && duration <= MAX_PAUSE, InvalidPause(duration));
        uint256 earliest = depositsPausedUntil + PAUSE_COOLDOWN;
        require(depositsPausedUntil == 0 || block.timestamp > earliest, PauseTooSoon(earliest + 1));
        _pauseUntil(block.timestamp + duration);
    }

    /// @notice End a running pause early.
    function resumeDeposits() external {
        _requireGuardian();
        if (block.timestamp <= depositsPausedUntil) _pauseUntil(block.timestamp - 1);
    }

    function _requireDepositsOpen() internal view {
        require(block.timestamp > depositsPausedUntil, DepositsArePaused(depositsPausedUntil));
    }

    function _pauseUntil(uint256 until) private {
        depositsPausedUntil = until;
        emit DepositsPaused(until);
    }

    function _requireGuardian() private view {
        require(msg.sender == guardian, NotAllowed(msg.sender, guardian));
    }
}
