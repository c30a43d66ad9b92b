// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Reason} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract CancelUnshippedTest is Fixture {
    uint256 private shipBy;
    uint256 private end;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        shipBy = _agreed().legs[0].shipBy;
        end = _agreed().legs[0].autoReleaseAt;
    }

    function testFuzz_startsTheAnswerWindow(uint256 second) public {
        second = _bound(second, shipBy + 1, end);
        vm.warp(second);
        vm.expectEmit(address(escrow));
        emit CancellationRequested(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, PRICE, second + 2 days);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        vm.assertEq(_state(_agreed()).times.cancellationAt, second);
    }

    function test_relayedByAStranger() public {
        vm.warp(shipBy + 1);
        bytes memory signature = _signFact(BUYER_KEY, Messages.CANCEL_UNSHIPPED, LATER);
        vm.prank(stranger);
        escrow.cancelUnshippedWithSignature(_agreed(), 0, LATER, signature);
        vm.assertEq(_state(_agreed()).times.cancellationAt, shipBy + 1);
    }

    function testFuzz_reverts_whenNotOverdue(uint256 second) public {
        vm.warp(_bound(second, START, shipBy));
        vm.expectRevert(abi.encodeWithSelector(NotOverdue.selector, shipBy));
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
    }

    function test_reverts_whenNotBuyer() public {
        vm.warp(shipBy + 1);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, seller, buyer));
        vm.prank(seller);
        escrow.cancelUnshipped(_agreed(), 0);
    }

    function test_reverts_whenShipped() public {
        vm.prank(seller);
        escrow.markShipped(_agreed(), 0);
        vm.warp(shipBy + 1);
        vm.expectRevert(abi.encodeWithSelector(AlreadyShipped.selector, START));
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
    }

    function test_reverts_whenAskedTwice() public {
        vm.warp(shipBy + 1);
        vm.startPrank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        vm.expectRevert(abi.encodeWithSelector(CancellationOpen.selector, shipBy + 1));
        escrow.cancelUnshipped(_agreed(), 0);
        vm.stopPrank();
    }

    function test_reverts_whenProtectionEnded() public {
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(ProtectionEnded.selector, end));
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
    }

    function test_reverts_whenDisputed() public {
        vm.startPrank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.warp(shipBy + 1);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, START));
        escrow.cancelUnshipped(_agreed(), 0);
        vm.stopPrank();
    }
}
