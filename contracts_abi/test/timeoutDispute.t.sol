// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reason, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract TimeoutDisputeTest is Fixture {
    function _dispute() private {
        _depositAgreed();
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
    }

    function testFuzz_anAbsentArbiterMeansTheSignedSplit(uint256 sellerBps) public {
        Terms memory terms = _agreed();
        terms.defaultSellerBps = uint16(_bound(sellerBps, 0, 10_000));
        _agree(terms);
        _dispute();
        vm.warp(START + 14 days + 1);
        vm.prank(stranger);
        escrow.timeoutDispute(_agreed(), 0);
        uint256 sellerAmount = PRICE * _agreed().defaultSellerBps / 10_000;
        uint256 fee = sellerAmount * 500 / 10_000;
        _assertPaid(sellerAmount - fee, fee, PRICE - sellerAmount);
        vm.assertEq(_remaining(), 0);
    }

    function testFuzz_reverts_whenTheArbiterHasTime(uint256 second) public {
        _dispute();
        vm.warp(_bound(second, START, START + 14 days));
        vm.expectRevert(abi.encodeWithSelector(DecisionPending.selector, START + 14 days));
        escrow.timeoutDispute(_agreed(), 0);
    }

    function test_reverts_whenNotDisputed() public {
        _depositAgreed();
        vm.warp(START + 100 days);
        vm.expectRevert(abi.encodeWithSelector(NotDisputed.selector));
        escrow.timeoutDispute(_agreed(), 0);
    }
}
