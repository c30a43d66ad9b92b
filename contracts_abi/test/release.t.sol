// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Leg, Outcome, Reason, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {ContractWallet} from "./support/ContractWallet.sol";
import {vm} from "./support/Vm.sol";

contract ReleaseTest is Fixture {
    function setUp() public override {
        super.setUp();
        _depositAgreed();
    }

    function test_paysTheSellerLessCommission() public {
        vm.expectEmit(address(escrow));
        emit Released(
            escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, seller, 95_000_000, 5_000_000, 0, Reason.Confirmed
        );
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE);
        _assertPaid(95_000_000, 5_000_000, 0);
        _assertOutcome(Outcome.Released);
    }

    function testFuzz_anyPartsCostTheSameFee(uint256 first, uint256 second) public {
        first = _bound(first, 1, PRICE - 2);
        second = _bound(second, 1, PRICE - first - 1);
        vm.startPrank(buyer);
        escrow.release(_agreed(), 0, first);
        vm.assertEq(_remaining(), PRICE - first);
        _assertOutcome(Outcome.Divided);
        escrow.release(_agreed(), 0, second);
        escrow.release(_agreed(), 0, PRICE - first - second);
        vm.stopPrank();
        _assertPaid(95_000_000, 5_000_000, 0);
        _assertOutcome(Outcome.Released);
    }

    function testFuzz_reverts_whenNotBuyer(address caller) public {
        vm.assume(caller != buyer);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, caller, buyer));
        vm.prank(caller);
        escrow.release(_agreed(), 0, PRICE);
    }

    function testFuzz_reverts_whenMoreThanRemains(uint256 amount) public {
        amount = _bound(amount, PRICE + 1, type(uint256).max);
        vm.expectRevert(abi.encodeWithSelector(InvalidAmount.selector, amount, PRICE));
        vm.prank(buyer);
        escrow.release(_agreed(), 0, amount);
    }

    function test_reverts_whenNothingIsReleased() public {
        vm.expectRevert(abi.encodeWithSelector(InvalidAmount.selector, 0, PRICE));
        vm.prank(buyer);
        escrow.release(_agreed(), 0, 0);
    }

    function test_reverts_whenClosed() public {
        vm.startPrank(buyer);
        escrow.release(_agreed(), 0, PRICE);
        vm.expectRevert(abi.encodeWithSelector(LegClosed.selector, escrow.escrowId(_agreed()), 0));
        escrow.release(_agreed(), 0, 1);
        vm.stopPrank();
    }

    function test_reverts_whenNoSuchLeg() public {
        vm.expectRevert(abi.encodeWithSelector(NoSuchLeg.selector, 1));
        vm.prank(buyer);
        escrow.release(_agreed(), 1, PRICE);
    }

    function testFuzz_reverts_whenTermsAreNotTheFundedOnes(uint16 feeBps, address otherSeller) public {
        vm.assume(feeBps != _agreed().legs[0].feeBps || otherSeller != seller);
        Terms memory other = _agreed();
        other.legs[0].feeBps = feeBps;
        other.legs[0].seller = otherSeller;
        bytes32 id = escrow.escrowId(other);
        vm.expectRevert(abi.encodeWithSelector(NotFunded.selector, id));
        vm.prank(buyer);
        escrow.release(other, 0, PRICE);
    }

    function test_relayedByAStranger() public {
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, PRICE, START + 1 days);
        vm.prank(stranger);
        escrow.releaseWithSignature(_agreed(), 0, PRICE, START + 1 days, signature);
        _assertPaid(95_000_000, 5_000_000, 0);
    }

    function test_aRelayedMessageWorksOnce() public {
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, PRICE / 4, LATER);
        escrow.releaseWithSignature(_agreed(), 0, PRICE / 4, LATER, signature);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.releaseWithSignature(_agreed(), 0, PRICE / 4, LATER, signature);
    }

    function test_reverts_whenSignatureExpired() public {
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, PRICE, START + 1 days);
        vm.warp(START + 1 days + 1);
        vm.expectRevert(abi.encodeWithSelector(SignatureExpired.selector, START + 1 days));
        escrow.releaseWithSignature(_agreed(), 0, PRICE, START + 1 days, signature);
    }

    function testFuzz_reverts_whenAnotherAmountWasSigned(uint256 amount) public {
        amount = _bound(amount, 1, PRICE - 1);
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, amount, LATER);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.releaseWithSignature(_agreed(), 0, PRICE, LATER, signature);
    }

    function test_reverts_whenSignedByTheSeller() public {
        bytes memory signature = _signValue(SELLER_KEY, Messages.RELEASE, PRICE, LATER);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.releaseWithSignature(_agreed(), 0, PRICE, LATER, signature);
    }

    function test_reverts_whenSignedForAnotherAct() public {
        bytes memory signature = _signValue(BUYER_KEY, Messages.REFUND, PRICE, LATER);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.releaseWithSignature(_agreed(), 0, PRICE, LATER, signature);
    }

    function test_reverts_whenSignedForAnotherChain() public {
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, PRICE, LATER);
        vm.chainId(block.chainid + 1);
        vm.expectRevert();
        escrow.releaseWithSignature(_agreed(), 0, PRICE, LATER, signature);
    }

    function test_contractWalletSignsByErc1271() public {
        ContractWallet wallet = new ContractWallet(buyer);
        Terms memory terms = _agreed();
        terms.buyer = address(wallet);
        _agree(terms);
        _depositAgreed();
        bytes memory signature = _signValue(BUYER_KEY, Messages.RELEASE, PRICE, LATER);
        escrow.releaseWithSignature(_agreed(), 0, PRICE, LATER, signature);
        vm.assertEq(token.balanceOf(seller), 95_000_000);
    }
}
