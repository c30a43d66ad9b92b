// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Permit, Terms} from "../src/Terms.sol";
import {ContractWallet} from "./support/ContractWallet.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract DepositWithPermitTest is Fixture {
    function test_permitAndSignedTermsFundTheEscrow() public {
        Permit memory permit = _permit(_agreed(), PRICE, BUYER_KEY);
        bytes memory consent = _signDigest(BUYER_KEY, escrow.escrowId(_agreed()));
        vm.prank(stranger);
        escrow.depositWithPermit(_agreed(), permit, consent);
        vm.assertEq(_remaining(), PRICE);
        vm.assertEq(token.balanceOf(buyer), 9 * PRICE);
    }

    function test_aPermitPresentedByAStrangerFirstDoesNoHarm() public {
        Permit memory permit = _permit(_agreed(), PRICE, BUYER_KEY);
        bytes memory consent = _signDigest(BUYER_KEY, escrow.escrowId(_agreed()));
        vm.prank(stranger);
        token.permit(buyer, address(escrow), PRICE, permit.deadline, permit.v, permit.r, permit.s);
        escrow.depositWithPermit(_agreed(), permit, consent);
        vm.assertEq(_remaining(), PRICE);
    }

    function test_reverts_whenTheTermsAreNotSigned() public {
        Permit memory permit = _permit(_agreed(), PRICE, BUYER_KEY);
        bytes memory consent = _signDigest(STRANGER_KEY, escrow.escrowId(_agreed()));
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.depositWithPermit(_agreed(), permit, consent);
    }

    function test_reverts_whenOtherTermsAreSigned() public {
        Permit memory permit = _permit(_agreed(), PRICE, BUYER_KEY);
        bytes memory consent = _signDigest(BUYER_KEY, escrow.escrowId(_agreed()));
        Terms memory terms = _agreed();
        terms.refundTo = stranger;
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.depositWithPermit(terms, permit, consent);
    }

    function test_reverts_whenThePermitIsTooSmall() public {
        Permit memory permit = _permit(_agreed(), PRICE - 1, BUYER_KEY);
        bytes memory consent = _signDigest(BUYER_KEY, escrow.escrowId(_agreed()));
        vm.expectRevert(abi.encodeWithSelector(AllowanceTooLow.selector, 0, PRICE));
        escrow.depositWithPermit(_agreed(), permit, consent);
    }

    function test_aContractWalletWithAnAllowanceSignsTheTerms() public {
        Terms memory terms = _agreed();
        terms.buyer = address(new ContractWallet(buyer));
        _agree(terms);
        token.mint(terms.buyer, PRICE, "wallet");
        vm.prank(terms.buyer);
        token.approve(address(escrow), PRICE);
        Permit memory none;
        escrow.depositWithPermit(terms, none, _signDigest(BUYER_KEY, escrow.escrowId(terms)));
        vm.assertEq(_remaining(), PRICE);
    }
}
