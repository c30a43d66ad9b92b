// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Outcome, Reason, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract ResolveTest is Fixture {
    function setUp() public override {
        super.setUp();
        _depositAgreed();
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
    }

    function testFuzz_dividesBetweenSellerAndRefundAddress(uint256 sellerAmount) public {
        sellerAmount = _bound(sellerAmount, 0, PRICE);
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, sellerAmount, PRICE);
        uint256 fee = sellerAmount * 500 / 10_000;
        _assertPaid(sellerAmount - fee, fee, PRICE - sellerAmount);
        vm.assertEq(_remaining(), 0);
    }

    function test_relayedByAStranger() public {
        bytes memory signature = _signValue(ARBITER_KEY, Messages.RESOLVE, PRICE / 2, LATER);
        vm.expectEmit(address(escrow));
        bytes32 id = escrow.escrowId(_agreed());
        emit Released(id, bytes32(uint256(1)), 0, seller, 47_500_000, 2_500_000, PRICE / 2, Reason.Resolved);
        vm.expectEmit(address(escrow));
        emit Refunded(id, bytes32(uint256(1)), 0, treasury, PRICE / 2, 0, Reason.Resolved);
        vm.prank(stranger);
        escrow.resolveWithSignature(_agreed(), 0, PRICE / 2, PRICE, LATER, signature);
        _assertOutcome(Outcome.Divided);
    }

    function testFuzz_reverts_whenNotArbiter(address caller) public {
        vm.assume(caller != arbiter);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, caller, arbiter));
        vm.prank(caller);
        escrow.resolve(_agreed(), 0, PRICE, PRICE);
    }

    function test_reverts_whenNotDisputed() public {
        Terms memory terms = _agreed();
        terms.groupId = "another";
        _agree(terms);
        _depositAgreed();
        vm.expectRevert(abi.encodeWithSelector(NotDisputed.selector));
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, PRICE, PRICE);
    }

    function test_neitherPartyCanVoidTheDecisionByMovingAUnit() public {
        bytes memory decision = _signValue(ARBITER_KEY, Messages.RESOLVE, PRICE / 2, LATER);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, START));
        vm.prank(buyer);
        escrow.release(_agreed(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, START));
        vm.prank(seller);
        escrow.refund(_agreed(), 0, 1);
        escrow.resolveWithSignature(_agreed(), 0, PRICE / 2, PRICE, LATER, decision);
        vm.assertEq(_remaining(), 0);
    }

    function test_reverts_whenDecidedUponAnotherRemainder() public {
        vm.expectRevert(abi.encodeWithSelector(RemainingChanged.selector, PRICE - 1, PRICE));
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, PRICE / 2, PRICE - 1);
    }

    function test_reverts_whenMoreThanRemains() public {
        vm.expectRevert(abi.encodeWithSelector(InvalidAmount.selector, PRICE + 1, PRICE));
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, PRICE + 1, PRICE);
    }

    function test_reverts_whenTheArbiterIsLate() public {
        vm.warp(START + 14 days + 1);
        vm.expectRevert(abi.encodeWithSelector(DecisionOverdue.selector, START + 14 days));
        vm.prank(arbiter);
        escrow.resolve(_agreed(), 0, PRICE, PRICE);
    }
}
