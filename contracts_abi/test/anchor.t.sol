// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LedgerAnchor} from "../src/LedgerAnchor.sol";
import {Committed} from "./support/Committed.sol";
import {vm} from "./support/Vm.sol";

contract AnchorTest {
    event Anchored(uint64 indexed number, bytes32 indexed hash);

    LedgerAnchor private books;

    function setUp() public {
        vm.warp(1_800_000_000);
        books = Committed.anchor(address(this));
    }

    function test_keepsTheHashWithBlockAndTime() public {
        vm.expectEmit(address(books));
        emit Anchored(7, "seal");
        books.anchor(7, "seal");
        (bytes32 hash, uint64 blockNumber, uint64 time, uint64 previous) = books.anchors(7);
        vm.assertEq(hash, "seal");
        vm.assertEq(blockNumber, block.number);
        vm.assertEq(time, block.timestamp);
        vm.assertEq(previous, 0);
        vm.assertEq(books.latest(), 7);
    }

    function testFuzz_allThatIsAnchoredCanBeWalked(uint64 first, uint64 second, uint64 third) public {
        vm.assume(0 < first && first < second && second < third);
        books.anchor(first, "1");
        books.anchor(second, "2");
        books.anchor(third, "3");
        (bytes32 hash,,, uint64 previous) = books.anchors(books.latest());
        vm.assertEq(hash, "3");
        (hash,,, previous) = books.anchors(previous);
        vm.assertEq(hash, "2");
        (hash,,, previous) = books.anchors(previous);
        vm.assertEq(hash, "1");
        vm.assertEq(previous, 0);
    }

    function testFuzz_reverts_whenNotNewer(uint64 latest, uint64 number) public {
        vm.assume(0 < latest && number <= latest);
        books.anchor(latest, "seal");
        vm.expectRevert(abi.encodeWithSelector(LedgerAnchor.NotNewer.selector, number, latest));
        books.anchor(number, "other");
        (bytes32 hash,,,) = books.anchors(latest);
        vm.assertEq(hash, "seal");
    }

    function test_reverts_whenTheNumberIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(LedgerAnchor.NotNewer.selector, 0, 0));
        books.anchor(0, "seal");
    }

    function testFuzz_reverts_whenNotAnchorer(address caller) public {
        vm.assume(caller != address(this));
        vm.expectRevert(abi.encodeWithSelector(LedgerAnchor.NotAnchorer.selector, caller));
        vm.prank(caller);
        books.anchor(1, "seal");
    }

    function test_reverts_whenTheHashIsZero() public {
        vm.expectRevert(abi.encodeWithSelector(LedgerAnchor.ZeroHash.selector));
        books.anchor(1, 0);
    }

    function test_reverts_withoutAnAnchorer() public {
        vm.expectRevert(abi.encodeWithSelector(LedgerAnchor.ZeroAnchorer.selector));
        new LedgerAnchor(address(0));
    }
}
