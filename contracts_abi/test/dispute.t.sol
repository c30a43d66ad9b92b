// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract DisputeTest is Fixture {
    uint256 private end;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        end = _agreed().legs[0].autoReleaseAt;
    }

    function testFuzz_holdsTheMoney(uint256 second) public {
        second = _bound(second, START, end);
        vm.warp(second);
        vm.expectEmit(address(escrow));
        emit Disputed(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, PRICE, second + 14 days);
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.assertEq(_remaining(), PRICE);
    }

    function test_relayedByAStranger() public {
        bytes memory signature = _signFact(BUYER_KEY, Messages.DISPUTE, LATER);
        vm.prank(stranger);
        escrow.disputeWithSignature(_agreed(), 0, LATER, signature);
        vm.assertEq(_state(_agreed()).times.disputedAt, START);
    }

    function test_theSellerCannotVoidTheBuyersMessageByMovingAUnit() public {
        bytes memory signature = _signFact(BUYER_KEY, Messages.DISPUTE, LATER);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, 1);
        escrow.disputeWithSignature(_agreed(), 0, LATER, signature);
        vm.assertEq(_state(_agreed()).times.disputedAt, START);
    }

    function test_theBuyerConcedesAllDuringADispute() public {
        vm.startPrank(buyer);
        escrow.dispute(_agreed(), 0);
        escrow.release(_agreed(), 0, PRICE);
        vm.stopPrank();
        _assertPaid(95_000_000, 5_000_000, 0);
    }

    function test_reverts_whenProtectionEnded() public {
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(ProtectionEnded.selector, end));
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
    }

    function test_reverts_whenNotBuyer() public {
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, arbiter, buyer));
        vm.prank(arbiter);
        escrow.dispute(_agreed(), 0);
    }

    function test_reverts_whenDisputedTwice() public {
        vm.startPrank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, START));
        escrow.dispute(_agreed(), 0);
        vm.stopPrank();
    }
}
