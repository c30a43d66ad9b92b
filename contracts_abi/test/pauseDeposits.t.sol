// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract PauseDepositsTest is Fixture {
    function testFuzz_refusesDepositsUntilItEndsByItself(uint256 duration) public {
        duration = _bound(duration, 1, 50 minutes);
        _pause(duration);
        vm.warp(START + duration);
        vm.expectRevert(abi.encodeWithSelector(DepositsArePaused.selector, START + duration));
        _depositAgreed();
        vm.warp(START + duration + 1);
        _depositAgreed();
        vm.assertEq(_remaining(), PRICE);
    }

    function test_noExitIsTouched() public {
        _depositAgreed();
        _pause(7 days);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE / 4);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE / 4);
        vm.startPrank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.stopPrank();
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, PRICE / 2, PRICE / 2);
        vm.assertEq(_remaining(), 0);
    }

    function testFuzz_reverts_whenRenewedTooSoon(uint256 second) public {
        _pause(7 days);
        uint256 earliest = START + 7 days + 30 days + 1;
        vm.warp(_bound(second, START, earliest - 1));
        vm.expectRevert(abi.encodeWithSelector(PauseTooSoon.selector, earliest));
        _pause(1);
        vm.warp(earliest);
        _pause(7 days);
        vm.assertEq(escrow.depositsPausedUntil(), earliest + 7 days);
    }

    function testFuzz_reverts_whenTooLong(uint256 duration) public {
        duration = _bound(duration, 7 days + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(InvalidPause.selector, duration));
        _pause(duration);
    }

    function testFuzz_reverts_whenNotGuardian(address caller) public {
        vm.assume(caller != guardian);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, caller, guardian));
        vm.prank(caller);
        escrow.pauseDeposits(1);
    }

    function test_theGuardianEndsItEarlyAndMayNotPauseAgainAtOnce() public {
        _pause(7 days);
        vm.prank(guardian);
        escrow.resumeDeposits();
        _depositAgreed();
        vm.expectRevert(abi.encodeWithSelector(PauseTooSoon.selector, START + 30 days));
        _pause(1);
    }

    function _pause(uint256 duration) private {
        vm.prank(guardian);
        escrow.pauseDeposits(duration);
    }
}
