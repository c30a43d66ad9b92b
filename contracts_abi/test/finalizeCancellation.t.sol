// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Reason, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract FinalizeCancellationTest is Fixture {
    uint256 private asked;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        asked = _agreed().legs[0].shipBy + 1;
        vm.warp(asked);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
    }

    function test_anUnansweredRequestRefundsAll() public {
        vm.warp(asked + 2 days + 1);
        vm.expectEmit(address(escrow));
        emit Refunded(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, treasury, PRICE, 0, Reason.Unshipped);
        vm.prank(stranger);
        escrow.finalizeCancellation(_agreed(), 0);
        _assertPaid(0, 0, PRICE);
        _assertOutcome(Outcome.Refunded);
    }

    function testFuzz_reverts_whenTheSellerMayStillAnswer(uint256 second) public {
        vm.warp(_bound(second, asked, asked + 2 days));
        vm.expectRevert(abi.encodeWithSelector(AnswerWindowOpen.selector, asked + 2 days));
        vm.prank(buyer);
        escrow.finalizeCancellation(_agreed(), 0);
    }

    function test_reverts_whenAnswered() public {
        vm.prank(seller);
        escrow.markShipped(_agreed(), 0);
        vm.warp(asked + 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(AlreadyShipped.selector, asked));
        escrow.finalizeCancellation(_agreed(), 0);
    }

    function test_reverts_whenDisputed() public {
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.warp(asked + 2 days + 1);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, asked));
        escrow.finalizeCancellation(_agreed(), 0);
    }

    function test_reverts_whenNothingWasAsked() public {
        Terms memory terms = _agreed();
        terms.groupId = "another";
        terms.fundBy = uint64(asked);
        terms.legs[0].shipBy = uint64(asked);
        _agree(terms);
        _depositAgreed();
        vm.expectRevert(abi.encodeWithSelector(NoCancellation.selector));
        escrow.finalizeCancellation(_agreed(), 0);
    }
}
