// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract MarkShippedTest is Fixture {
    uint256 private end;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        end = _agreed().legs[0].autoReleaseAt;
    }

    function test_isAFactBeforeAnybodyAsks() public {
        vm.expectEmit(address(escrow));
        emit Shipped(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, PRICE, end);
        vm.prank(seller);
        escrow.markShipped(_agreed(), 0);
        vm.assertEq(_state(_agreed()).times.shippedAt, START);
    }

    function test_relayedByAStranger() public {
        bytes memory signature = _signFact(SELLER_KEY, Messages.MARK_SHIPPED, LATER);
        vm.prank(stranger);
        escrow.markShippedWithSignature(_agreed(), 0, LATER, signature);
        vm.assertEq(_state(_agreed()).times.shippedAt, START);
    }

    function test_theBuyerCannotVoidTheSellersAnswerByMovingAUnit() public {
        vm.warp(end);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        bytes memory signature = _signFact(SELLER_KEY, Messages.MARK_SHIPPED, LATER);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, 1);
        escrow.markShippedWithSignature(_agreed(), 0, LATER, signature);
        vm.assertEq(_state(_agreed()).times.shippedAt, end);
    }

    function test_anAnswerAtTheLastSecondLeavesTimeToObject() public {
        vm.warp(end);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        vm.warp(end + 2 days);
        vm.prank(seller);
        escrow.markShipped(_agreed(), 0);
        vm.warp(end + 4 days);
        vm.expectRevert(abi.encodeWithSelector(StillProtected.selector, end + 4 days));
        escrow.claim(_agreed(), 0);
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.assertEq(_state(_agreed()).times.disputedAt, end + 4 days);
    }

    function test_reverts_whenTheAnswerComesTooLate() public {
        vm.warp(end);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        vm.warp(end + 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(AnswerWindowOver.selector, end + 2 days));
        vm.prank(seller);
        escrow.markShipped(_agreed(), 0);
    }

    function test_reverts_whenNotSeller() public {
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, buyer, seller));
        vm.prank(buyer);
        escrow.markShipped(_agreed(), 0);
    }

    function test_reverts_whenShippedTwice() public {
        vm.startPrank(seller);
        escrow.markShipped(_agreed(), 0);
        vm.expectRevert(abi.encodeWithSelector(AlreadyShipped.selector, START));
        escrow.markShipped(_agreed(), 0);
        vm.stopPrank();
    }
}
