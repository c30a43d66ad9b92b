// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Leg, Terms} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {FeeOnTransferToken} from "./support/HostileTokens.sol";
import {vm} from "./support/Vm.sol";

contract DepositForTest is Fixture {
    function test_theTreasuryPaysForACardBuyer() public {
        vm.expectEmit(address(escrow));
        emit Deposited(escrow.escrowId(_agreed()), "group", treasury, address(token), buyer, PRICE);
        _depositAgreed();
        vm.assertEq(token.balanceOf(treasury), 9 * PRICE);
        vm.assertEq(_remaining(), PRICE);
    }

    function test_reverts_whenFundedBefore() public {
        bytes32 id = _depositAgreed();
        vm.expectRevert(abi.encodeWithSelector(AlreadyFunded.selector, id));
        _depositAgreed();
    }

    function test_reverts_whenFundedBeforeAndClosedSince() public {
        bytes32 id = _depositAgreed();
        vm.prank(buyer);
        escrow.release(_agreed(), 0, PRICE);
        vm.expectRevert(abi.encodeWithSelector(AlreadyFunded.selector, id));
        _depositAgreed();
    }

    function test_reverts_whenTheTokenKeepsAFee() public {
        Terms memory terms = _agreed();
        terms.token = address(new FeeOnTransferToken(treasury));
        vm.startPrank(treasury);
        FeeOnTransferToken(terms.token).approve(address(escrow), PRICE);
        vm.expectRevert(abi.encodeWithSelector(WrongAmountReceived.selector, PRICE, PRICE * 99 / 100));
        escrow.depositFor(terms);
        vm.stopPrank();
    }

    function test_reverts_whenTheTokenIsNoContract() public {
        Terms memory terms = _agreed();
        terms.token = address(0xE0A);
        vm.expectRevert();
        vm.prank(treasury);
        escrow.depositFor(terms);
    }

    function testFuzz_reverts_whenCommissionIsAboveTheCap(uint16 feeBps) public {
        Terms memory terms = _agreed();
        terms.legs[0].feeBps = uint16(_bound(feeBps, 1001, type(uint16).max));
        _assertRefused(terms, "feeBps");
    }

    function testFuzz_reverts_whenProtectionIsUnbounded(uint64 autoReleaseAt) public {
        Terms memory terms = _agreed();
        terms.legs[0].autoReleaseAt = uint64(_bound(autoReleaseAt, START + 365 days + 1, type(uint64).max));
        _assertRefused(terms, "autoReleaseAt");
    }

    function test_reverts_whenProtectionEndsBeforeShipping() public {
        Terms memory terms = _agreed();
        terms.legs[0].autoReleaseAt = terms.legs[0].shipBy;
        _assertRefused(terms, "autoReleaseAt");
    }

    function test_reverts_whenShippingIsDueBeforeFunding() public {
        Terms memory terms = _agreed();
        terms.legs[0].shipBy = terms.fundBy - 1;
        _assertRefused(terms, "shipBy");
    }

    function testFuzz_reverts_whenWindowsAreOutOfBounds(uint32 answerWindow, uint32 disputeTimeout) public {
        Terms memory terms = _agreed();
        terms.answerWindow = uint32(_bound(answerWindow, 30 days + 1, type(uint32).max));
        _assertRefused(terms, "answerWindow");
        terms.answerWindow = 1 hours - 1;
        _assertRefused(terms, "answerWindow");
        terms = _agreed();
        terms.disputeTimeout = uint32(_bound(disputeTimeout, 180 days + 1, type(uint32).max));
        _assertRefused(terms, "disputeTimeout");
        terms.disputeTimeout = 1 days - 1;
        _assertRefused(terms, "disputeTimeout");
    }

    function test_reverts_whenMoneyWouldBeStranded() public {
        Terms memory terms = _agreed();
        terms.legs[0].seller = address(escrow);
        _assertRefused(terms, "seller");
        terms = _agreed();
        terms.refundTo = address(escrow);
        _assertRefused(terms, "refundTo");
        terms.refundTo = address(0);
        _assertRefused(terms, "refundTo");
        terms = _agreed();
        terms.feeRecipient = address(escrow);
        _assertRefused(terms, "feeRecipient");
        terms = _agreed();
        terms.buyer = address(0);
        _assertRefused(terms, "buyer");
    }

    function test_reverts_whenTheArbiterIsAParty() public {
        Terms memory terms = _agreed();
        terms.arbiter = buyer;
        _assertRefused(terms, "arbiter");
        terms.arbiter = treasury;
        _assertRefused(terms, "arbiter");
        terms.arbiter = seller;
        _assertRefused(terms, "seller");
    }

    function test_reverts_whenTheDefaultSplitIsMoreThanAll() public {
        Terms memory terms = _agreed();
        terms.defaultSellerBps = 10_001;
        _assertRefused(terms, "defaultSellerBps");
    }

    function test_reverts_whenThereIsNoLegOrTooMany() public {
        _assertRefused(_terms(0), "legs");
        _assertRefused(_terms(33), "legs");
    }

    function test_reverts_whenALegIsEmpty() public {
        Terms memory terms = _terms(2);
        terms.legs[1].amount = 0;
        _assertRefused(terms, "amount");
    }

    function test_thirtyTwoLegsCloseOneByOne() public {
        token.mint(treasury, 32 * PRICE, "many");
        Terms memory terms = _terms(32);
        _deposit(terms);
        for (uint256 i; i < 32; ++i) {
            vm.prank(i % 2 == 0 ? buyer : terms.legs[i].seller);
            if (i % 2 == 0) escrow.release(terms, i, PRICE);
            else escrow.refund(terms, i, PRICE);
        }
        vm.assertEq(token.balanceOf(address(escrow)), 0);
        vm.assertEq(token.balanceOf(fees), 16 * 5_000_000);
        vm.assertEq(token.balanceOf(treasury), (10 + 16) * PRICE);
    }

    function _assertRefused(Terms memory terms, bytes32 field) private {
        vm.expectRevert(abi.encodeWithSelector(InvalidTerms.selector, field));
        vm.prank(treasury);
        escrow.depositFor(terms);
    }
}
