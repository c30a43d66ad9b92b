// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {Authorization, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract DepositWithAuthorizationTest is Fixture {
    function testFuzz_oneSignatureFundsAllSellers(uint256 legs) public {
        legs = _bound(legs, 1, 8);
        Terms memory terms = _terms(legs);
        Authorization memory authorization = _authorization(terms, BUYER_KEY);
        bytes32 id = escrow.escrowId(terms);
        vm.expectEmit(address(escrow));
        emit Deposited(id, "group", buyer, address(token), buyer, legs * PRICE);
        for (uint256 i; i < legs; ++i) {
            vm.expectEmit(address(escrow));
            emit LegFunded(id, terms.legs[i].orderId, i, terms.legs[i].seller, PRICE);
        }
        vm.prank(stranger);
        escrow.depositWithAuthorization(terms, authorization);
        vm.assertEq(token.balanceOf(address(escrow)), legs * PRICE);
        vm.assertEq(token.balanceOf(buyer), (10 - legs) * PRICE);
        vm.assertEq(escrow.fundedAt(id), START);
    }

    function test_aStrangerCannotPresentItToTheTokenFirst() public {
        Authorization memory a = _authorization(_agreed(), BUYER_KEY);
        bytes32 id = escrow.escrowId(_agreed());
        vm.expectRevert();
        vm.prank(stranger);
        token.receiveWithAuthorization(buyer, address(escrow), PRICE, 0, LATER, id, a.v, a.r, a.s);
        escrow.depositWithAuthorization(_agreed(), a);
        vm.assertEq(_remaining(), PRICE);
    }

    function test_reverts_whenFundedBefore() public {
        Authorization memory authorization = _authorization(_agreed(), BUYER_KEY);
        escrow.depositWithAuthorization(_agreed(), authorization);
        bytes32 id = escrow.escrowId(_agreed());
        vm.expectRevert(abi.encodeWithSelector(AlreadyFunded.selector, id));
        escrow.depositWithAuthorization(_agreed(), authorization);
    }

    function test_reverts_whenAnotherPersonSigned() public {
        Authorization memory authorization = _authorization(_agreed(), STRANGER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        escrow.depositWithAuthorization(_agreed(), authorization);
    }

    function testFuzz_reverts_whenOtherTermsWereSigned(uint128 amount, address otherSeller, uint16 feeBps) public {
        Terms memory other = _agreed();
        other.legs[0].amount = uint128(_bound(amount, 1, 5 * PRICE));
        other.legs[0].seller = otherSeller;
        other.legs[0].feeBps = feeBps % 1001;
        vm.assume(otherSeller != address(0) && otherSeller != address(escrow) && otherSeller != arbiter);
        vm.assume(escrow.escrowId(other) != escrow.escrowId(_agreed()));
        Authorization memory authorization = _authorization(_agreed(), BUYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        escrow.depositWithAuthorization(other, authorization);
    }

    function test_reverts_whenTheBuyerCanceledTheAuthorization() public {
        Authorization memory authorization = _authorization(_agreed(), BUYER_KEY);
        bytes32 id = escrow.escrowId(_agreed());
        bytes32 message =
            keccak256(abi.encode(keccak256("CancelAuthorization(address authorizer,bytes32 nonce)"), buyer, id));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BUYER_KEY, _tokenDigest(message));
        token.cancelAuthorization(buyer, id, v, r, s);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, buyer, id));
        escrow.depositWithAuthorization(_agreed(), authorization);
    }

    function test_reverts_whenFundingIsClosed() public {
        Authorization memory authorization = _authorization(_agreed(), BUYER_KEY);
        vm.warp(START + 1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(FundingClosed.selector, START + 1 hours));
        escrow.depositWithAuthorization(_agreed(), authorization);
    }
}
