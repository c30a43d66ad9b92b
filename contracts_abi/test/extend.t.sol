// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Messages} from "../src/Messages.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract ExtendTest is Fixture {
    uint256 private end;

    function setUp() public override {
        super.setUp();
        _depositAgreed();
        end = _agreed().legs[0].autoReleaseAt;
    }

    function testFuzz_bothMoveTheEndOfProtection(uint256 later) public {
        later = _bound(later, end + 1, START + 365 days);
        vm.expectEmit(address(escrow));
        emit Extended(escrow.escrowId(_agreed()), bytes32(uint256(1)), 0, PRICE, later);
        _extend(uint64(later));
        vm.warp(later);
        vm.expectRevert(abi.encodeWithSelector(StillProtected.selector, later));
        escrow.claim(_agreed(), 0);
        vm.warp(later + 1);
        escrow.claim(_agreed(), 0);
        _assertPaid(95_000_000, 5_000_000, 0);
    }

    function test_reverts_whenOnlyTheBuyerWants() public {
        vm.expectRevert(abi.encodeWithSelector(NotAllowed.selector, buyer, seller));
        vm.prank(buyer);
        escrow.extend(_agreed(), 0, uint64(end + 1), LATER, "", "");
    }

    function testFuzz_reverts_whenShortened(uint256 earlier) public {
        earlier = _bound(earlier, 0, end);
        bytes memory byBuyer = _signValue(BUYER_KEY, Messages.EXTEND, earlier, LATER);
        bytes memory bySeller = _signValue(SELLER_KEY, Messages.EXTEND, earlier, LATER);
        vm.expectRevert(abi.encodeWithSelector(InvalidExtension.selector, earlier, end, START + 365 days));
        escrow.extend(_agreed(), 0, uint64(earlier), LATER, byBuyer, bySeller);
    }

    function test_reverts_whenExtendedBeyondTheLongestHold() public {
        uint256 latest = START + 365 days;
        bytes memory byBuyer = _signValue(BUYER_KEY, Messages.EXTEND, latest + 1, LATER);
        vm.expectRevert(abi.encodeWithSelector(InvalidExtension.selector, latest + 1, end, latest));
        vm.prank(seller);
        escrow.extend(_agreed(), 0, uint64(latest + 1), LATER, byBuyer, "");
    }

    function _extend(uint64 later) private {
        bytes memory byBuyer = _signValue(BUYER_KEY, Messages.EXTEND, later, LATER);
        vm.prank(seller);
        escrow.extend(_agreed(), 0, later, LATER, byBuyer, "");
    }
}
