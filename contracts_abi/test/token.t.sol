// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {MinterRole} from "../src/MinterRole.sol";
import {SettlementToken} from "../src/SettlementToken.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract TokenTest is Fixture {
    event Minted(address indexed to, uint256 amount, bytes32 indexed ref);
    event Redeemed(address indexed from, uint256 amount, bytes32 indexed ref);

    function test_hasTheNameSymbolAndDecimalsItWasGiven() public view {
        vm.assertEq(keccak256(bytes(token.name())), keccak256("Phsar Dollar"));
        vm.assertEq(keccak256(bytes(token.symbol())), keccak256("CTM"));
        vm.assertEq(token.decimals(), 6);
    }

    function test_mintsOncePerPayment() public {
        vm.expectEmit(address(token));
        emit Minted(stranger, 5, "payment");
        token.mint(stranger, 5, "payment");
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.MintAlreadyDone.selector, bytes32("payment")));
        token.mint(stranger, 5, "payment");
        vm.assertEq(token.balanceOf(stranger), 5);
    }

    function test_aBatchIsMintedWhollyOrNotAtAll() public {
        SettlementToken.Minting[] memory items = new SettlementToken.Minting[](2);
        items[0] = SettlementToken.Minting(stranger, 5, "new");
        items[1] = SettlementToken.Minting(stranger, 7, "buyer");
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.MintAlreadyDone.selector, bytes32("buyer")));
        token.mintBatch(items);
        items[1].ref = "other";
        token.mintBatch(items);
        vm.assertEq(token.balanceOf(stranger), 12);
    }

    function testFuzz_reverts_whenNotMinter(address caller) public {
        vm.assume(caller != address(this));
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotMinter.selector, caller));
        vm.prank(caller);
        token.mint(caller, 1, "payment");
    }

    function test_reverts_whenNothingOrForNothing() public {
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.ZeroAmount.selector));
        token.mint(stranger, 0, "payment");
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.ZeroRef.selector));
        token.mint(stranger, 1, 0);
    }

    function testFuzz_redemptionBurnsTheCallersOwnUnits(uint256 amount) public {
        amount = _bound(amount, 1, 10 * PRICE);
        uint256 supply = token.totalSupply();
        vm.expectEmit(address(token));
        emit Redeemed(buyer, amount, "payout");
        vm.prank(buyer);
        token.redeem(amount, "payout");
        vm.assertEq(token.totalSupply(), supply - amount);
        vm.assertEq(token.balanceOf(buyer), 10 * PRICE - amount);
    }

    function test_aReferenceIsRedeemedOncePerHolder() public {
        vm.prank(treasury);
        token.redeem(1, "payout");
        vm.startPrank(buyer);
        token.redeem(1, "payout");
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.RedeemAlreadyDone.selector, buyer, bytes32("payout")));
        token.redeem(1, "payout");
        vm.stopPrank();
    }

    function test_redemptionIsRelayedOnce() public {
        (uint8 v, bytes32 r, bytes32 s) = _signRedeem(BUYER_KEY, 5, START + 1 days);
        vm.prank(stranger);
        token.redeemWithAuthorization(buyer, 5, "payout", 0, START + 1 days, v, r, s);
        vm.assertEq(token.balanceOf(buyer), 10 * PRICE - 5);
        vm.expectRevert(abi.encodeWithSelector(SettlementToken.RedeemAlreadyDone.selector, buyer, bytes32("payout")));
        token.redeemWithAuthorization(buyer, 5, "payout", 0, START + 1 days, v, r, s);
    }

    function test_reverts_whenAnotherSignedOrMoreIsTakenOrTooLate() public {
        (uint8 v, bytes32 r, bytes32 s) = _signRedeem(STRANGER_KEY, 5, START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        token.redeemWithAuthorization(buyer, 5, "payout", 0, START + 1 days, v, r, s);
        (v, r, s) = _signRedeem(BUYER_KEY, 5, START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector));
        token.redeemWithAuthorization(buyer, 6, "payout", 0, START + 1 days, v, r, s);
        vm.warp(START + 1 days);
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009InvalidAuthorizationTime.selector, 0, START + 1 days));
        token.redeemWithAuthorization(buyer, 5, "payout", 0, START + 1 days, v, r, s);
    }

    function test_theMinterChangesInTwoSteps() public {
        token.proposeMinter(stranger);
        vm.assertEq(token.minter(), address(this));
        vm.prank(stranger);
        token.acceptMinter();
        vm.assertEq(token.minter(), stranger);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotMinter.selector, address(this)));
        token.mint(buyer, 1, "payment");
    }

    function test_theAdminChangesInTwoSteps() public {
        token.proposeAdmin(stranger);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotProposed.selector, buyer, stranger));
        vm.prank(buyer);
        token.acceptAdmin();
        vm.prank(stranger);
        token.acceptAdmin();
        vm.assertEq(token.admin(), stranger);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotAdmin.selector, address(this)));
        token.proposeMinter(buyer);
    }

    function test_theAdminStopsMintingAtOnceButCannotMint() public {
        token.proposeMinter(stranger);
        token.stopMinting();
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotMinter.selector, address(this)));
        token.mint(buyer, 1, "payment");
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotProposed.selector, stranger, address(0)));
        vm.prank(stranger);
        token.acceptMinter();
    }

    function testFuzz_reverts_whenAStrangerNamesAMinter(address caller) public {
        vm.assume(caller != address(this));
        vm.startPrank(caller);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotAdmin.selector, caller));
        token.proposeMinter(caller);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotAdmin.selector, caller));
        token.proposeAdmin(caller);
        vm.expectRevert(abi.encodeWithSelector(MinterRole.NotAdmin.selector, caller));
        token.stopMinting();
        vm.stopPrank();
    }

    function _signRedeem(uint256 key, uint256 amount, uint256 validBefore) private returns (uint8, bytes32, bytes32) {
        bytes32 typehash = keccak256(
            "RedeemWithAuthorization(address from,uint256 value,bytes32 ref,uint256 validAfter,uint256 validBefore)"
        );
        bytes32 message = keccak256(abi.encode(typehash, buyer, amount, bytes32("payout"), uint256(0), validBefore));
        return vm.sign(key, _tokenDigest(message));
    }
}
