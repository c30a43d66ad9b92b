// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Reason} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract SettleTest is Fixture {
    uint256 private constant DEADLINE = START + 3 days;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
    }

    function testFuzz_splitsAsBothSigned(uint256 sellerAmount, bool disputed) public {
        sellerAmount = _bound(sellerAmount, 0, PRICE);
        if (disputed) {
            vm.prank(buyer);
            escrow.dispute(_agreed(), 0);
        }
        _settle(sellerAmount, 1);
        uint256 fee = sellerAmount * 500 / 10_000;
        _assertPaid(sellerAmount - fee, fee, PRICE - sellerAmount);
        vm.assertEq(_remaining(), 0);
    }

    function test_namesTheAgreement() public {
        bytes32 id = escrow.escrowId(_agreed());
        bytes memory byBuyer = _signSettle(BUYER_KEY, 1, 7, DEADLINE);
        bytes memory bySeller = _signSettle(SELLER_KEY, 1, 7, DEADLINE);
        vm.expectEmit(address(escrow));
        emit SettlementAgreed(id, bytes32(uint256(1)), 0, 1, PRICE - 1, 7);
        escrow.settle(_agreed(), 0, 1, 7, DEADLINE, byBuyer, bySeller);
    }

    function test_thePartyThatCallsNeedsNoSignature() public {
        bytes memory bySeller = _signSettle(SELLER_KEY, PRICE / 2, 1, DEADLINE);
        vm.prank(buyer);
        escrow.settle(_agreed(), 0, PRICE / 2, 1, DEADLINE, "", bySeller);
        _assertPaid(47_500_000, 2_500_000, PRICE / 2);
    }

    function test_reverts_whenOneDidNotSign() public {
        bytes memory byBuyer = _signSettle(BUYER_KEY, PRICE / 2, 1, DEADLINE);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, seller));
        escrow.settle(_agreed(), 0, PRICE / 2, 1, DEADLINE, byBuyer, byBuyer);
    }

    function test_reverts_whenExpired() public {
        bytes memory byBuyer = _signSettle(BUYER_KEY, PRICE / 2, 1, DEADLINE);
        vm.warp(DEADLINE + 1);
        vm.expectRevert(abi.encodeWithSelector(SignatureExpired.selector, DEADLINE));
        vm.prank(seller);
        escrow.settle(_agreed(), 0, PRICE / 2, 1, DEADLINE, byBuyer, "");
    }

    function test_aWithdrawnProposalNoLongerCounts() public {
        bytes memory byBuyer = _signSettle(BUYER_KEY, PRICE, 1, DEADLINE);
        vm.prank(buyer);
        escrow.withdrawProposals(_agreed(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(ProposalWithdrawn.selector, 1, 1));
        vm.prank(seller);
        escrow.settle(_agreed(), 0, PRICE, 1, DEADLINE, byBuyer, "");
    }

    function test_theNextProposalCountsAfterAWithdrawal() public {
        vm.prank(seller);
        escrow.withdrawProposals(_agreed(), 0, 4);
        _settle(PRICE / 2, 5);
        _assertPaid(47_500_000, 2_500_000, PRICE / 2);
    }

    function test_withdrawalIsRelayed() public {
        bytes memory signature = _signValue(SELLER_KEY, Messages.WITHDRAW_PROPOSALS, 4, LATER);
        vm.expectEmit(address(escrow));
        emit ProposalsWithdrawn(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, 4);
        vm.prank(stranger);
        escrow.withdrawProposalsWithSignature(_agreed(), 0, 4, seller, LATER, signature);
    }

    function test_reverts_whenAStrangerWithdrawsProposals() public {
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, stranger, seller));
        vm.prank(stranger);
        escrow.withdrawProposals(_agreed(), 0, 4);
    }

    function test_reverts_whenAProposalIsWithdrawnTwice() public {
        vm.startPrank(buyer);
        escrow.withdrawProposals(_agreed(), 0, 4);
        vm.expectRevert(abi.encodeWithSelector(ProposalWithdrawn.selector, 4, 4));
        escrow.withdrawProposals(_agreed(), 0, 4);
        vm.stopPrank();
    }

    function test_reverts_whenTheLegHoldsLessThanSignedFor() public {
        bytes memory byBuyer = _signSettle(BUYER_KEY, PRICE / 2, 1, DEADLINE);
        bytes memory bySeller = _signSettle(SELLER_KEY, PRICE / 2, 1, DEADLINE);
        vm.prank(buyer);
        escrow.release(_agreed(), 0, 1);
        vm.expectRevert(abi.encodeWithSelector(InvalidSignature.selector, buyer));
        escrow.settle(_agreed(), 0, PRICE / 2, 1, DEADLINE, byBuyer, bySeller);
    }

    function _settle(uint256 sellerAmount, uint64 sequence) private {
        bytes memory byBuyer = _signSettle(BUYER_KEY, sellerAmount, sequence, DEADLINE);
        bytes memory bySeller = _signSettle(SELLER_KEY, sellerAmount, sequence, DEADLINE);
        vm.prank(stranger);
        escrow.settle(_agreed(), 0, sellerAmount, sequence, DEADLINE, byBuyer, bySeller);
    }
}
