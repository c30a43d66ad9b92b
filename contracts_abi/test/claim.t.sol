// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Outcome, Reason, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract ClaimTest is Fixture {
    uint256 private end;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        end = _agreed().legs[0].autoReleaseAt;
    }

    function test_silencePaysTheSeller() public {
        vm.warp(end + 1);
        vm.expectEmit(address(escrow));
        emit Released(
            escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, seller, 95_000_000, 5_000_000, 0, Reason.Claimed
        );
        vm.prank(stranger);
        escrow.claim(_agreed(), 0);
        _assertPaid(95_000_000, 5_000_000, 0);
        _assertOutcome(Outcome.Released);
    }

    function testFuzz_reverts_whenStillProtected(uint256 second) public {
        vm.warp(_bound(second, START, end));
        vm.expectRevert(abi.encodeWithSelector(StillProtected.selector, end));
        vm.prank(seller);
        escrow.claim(_agreed(), 0);
    }

    function test_reverts_whenDisputed() public {
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(InDispute.selector, START));
        escrow.claim(_agreed(), 0);
    }

    function test_reverts_whenACancellationIsOpen() public {
        vm.warp(end);
        vm.prank(buyer);
        escrow.cancelUnshipped(_agreed(), 0);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(CancellationOpen.selector, end));
        escrow.claim(_agreed(), 0);
    }

    function test_paysOnlyWhatRemains() public {
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE / 2);
        vm.warp(end + 1);
        escrow.claim(_agreed(), 0);
        _assertPaid(47_500_000, 2_500_000, PRICE / 2);
    }

    function test_reverts_whenNotFunded() public {
        Terms memory terms = _agreed();
        terms.groupId = "another";
        _agree(terms);
        vm.warp(end + 1);
        bytes32 id = escrow.escrowId(_agreed());
        vm.expectRevert(abi.encodeWithSelector(NotFunded.selector, id));
        escrow.claim(_agreed(), 0);
    }
}
