// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Outcome, Reason} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract RefundTest is Fixture {
    function setUp() public override {
        super.setUp();
        _depositAgreed();
    }

    function test_goesToTheSignedAddressWithoutCommission() public {
        vm.expectEmit(address(escrow));
        emit Refunded(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, treasury, PRICE, 0, Reason.Returned);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE);
        _assertPaid(0, 0, PRICE);
        _assertOutcome(Outcome.Refunded);
    }

    function testFuzz_commissionIsTakenOnlyOnWhatWasReleased(uint256 amount) public {
        amount = _bound(amount, 1, PRICE - 1);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, amount);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE - amount);
        uint256 fee = (PRICE - amount) * 500 / 10_000;
        _assertPaid(PRICE - amount - fee, fee, amount);
        vm.assertEq(_remaining(), 0);
    }

    function testFuzz_reverts_whenNotSeller(address caller) public {
        vm.assume(caller != seller);
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, caller, seller));
        vm.prank(caller);
        escrow.refund(_agreed(), 0, PRICE);
    }

    function test_reverts_whenMoreThanRemains() public {
        vm.expectRevert(abi.encodeWithSelector(InvalidAmount.selector, PRICE + 1, PRICE));
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE + 1);
    }

    function test_relayedByAStrangerOnce() public {
        bytes memory signature = _signValue(SELLER_KEY, Messages.REFUND, PRICE / 2, LATER);
        vm.prank(stranger);
        escrow.refundWithSignature(_agreed(), 0, PRICE / 2, LATER, signature);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, seller));
        escrow.refundWithSignature(_agreed(), 0, PRICE / 2, LATER, signature);
        _assertPaid(0, 0, PRICE / 2);
    }

    function test_sellerConcedesDuringADispute() public {
        vm.prank(buyer);
        escrow.dispute(_agreed(), 0);
        vm.prank(seller);
        escrow.refund(_agreed(), 0, PRICE);
        _assertPaid(0, 0, PRICE);
    }
}
