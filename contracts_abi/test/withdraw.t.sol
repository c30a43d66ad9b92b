// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {DenyingToken, ReentrantToken} from "./support/HostileTokens.sol";
import {vm} from "./support/Vm.sol";

contract WithdrawTest is Fixture {
    function testFuzz_aRefusedSellerIsCreditedAndBlocksNobody(bool quietly) public {
        DenyingToken denying = _fundInDenyingToken(quietly);
        denying.deny(seller, true);
        vm.expectEmit(address(escrow));
        emit Credited(address(denying), seller, 95_000_000);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE);
        vm.assertEq(denying.balanceOf(fees), 5_000_000);
        vm.assertEq(escrow.withdrawable(address(denying), seller), 95_000_000);

        denying.deny(seller, false);
        vm.expectEmit(address(escrow));
        emit Withdrawn(address(denying), seller, 95_000_000);
        vm.prank(seller);
        escrow.withdraw(address(denying));
        vm.assertEq(denying.balanceOf(seller), 95_000_000);
        vm.assertEq(escrow.withdrawable(address(denying), seller), 0);
    }

    function test_anyoneMayPushItToItsOwner() public {
        DenyingToken denying = _fundInDenyingToken(false);
        denying.deny(treasury, true);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE);
        denying.deny(treasury, false);
        uint256 before = denying.balanceOf(treasury);
        vm.prank(stranger);
        escrow.withdrawFor(address(denying), treasury);
        vm.assertEq(denying.balanceOf(treasury), before + PRICE);
    }

    function test_aCreditSurvivesAFailedWithdrawal() public {
        DenyingToken denying = _fundInDenyingToken(false);
        denying.deny(seller, true);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE);
        vm.expectRevert();
        vm.prank(seller);
        escrow.withdraw(address(denying));
        vm.assertEq(escrow.withdrawable(address(denying), seller), 95_000_000);
    }

    function test_reverts_whenNothingWaits() public {
        vm.expectRevert(abi.encodeWithSelector(NothingToWithdraw.selector, address(token), stranger));
        vm.prank(stranger);
        escrow.withdraw(address(token));
    }

    function test_aTokenThatCallsBackChangesNothing() public {
        ReentrantToken hooked = new ReentrantToken(treasury);
        _fundIn(address(hooked));
        hooked.arm(escrow, abi.encodeCall(escrow.claim, (_agreed(), 0)));
        vm.warp(START + 13 days + 1);
        escrow.claim(_agreed(), 0);
        vm.assertEq(hooked.attackSucceeded(), false);
        vm.assertEq(hooked.balanceOf(seller), 95_000_000);
    }

    function _fundInDenyingToken(bool quietly) private returns (DenyingToken denying) {
        denying = new DenyingToken(treasury, quietly);
        _fundIn(address(denying));
    }

    function _fundIn(address other) private {
        Terms memory terms = _agreed();
        terms.token = other;
        _agree(terms);
        vm.prank(treasury);
        DenyingToken(other).approve(address(escrow), PRICE);
        _depositAgreed();
    }
}
