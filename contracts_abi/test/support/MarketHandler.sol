// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {Leg, LegState, Terms} from "../../src/Terms.sol";
import {Committed} from "./Committed.sol";
import {DenyingToken} from "./HostileTokens.sol";
import {vm} from "./Vm.sol";

/// @notice People of a small market who do whatever they like, in any order, at any time.
contract MarketHandler {
    uint256 public constant GROUPS = 4;
    uint256 public constant LEGS = 3;
    uint256 private constant START = 1_800_000_000;

    address public constant BUYER = address(0xB0B);
    address public constant TREASURY = address(0x74EA5);
    address public constant ARBITER = address(0xA4B17E5);
    address public constant FEES = address(0xFEE5);
    address public constant GUARDIAN = address(0x64A4D);
    address public constant STRANGER = address(0x57A463);

    Escrow public immutable escrow = Committed.escrow(GUARDIAN);
    DenyingToken public immutable token = new DenyingToken(TREASURY, true);

    mapping(bytes32 leg => bool) public wasClosed;
    bool public aClosedLegReopened;

    constructor() {
        vm.warp(START);
        vm.prank(TREASURY);
        token.approve(address(escrow), type(uint256).max);
        for (uint256 group; group < GROUPS - 1; ++group) {
            vm.prank(TREASURY);
            escrow.depositFor(terms(group));
        }
    }

    function seller(uint256 index) public pure returns (address) {
        return address(uint160(0x5E11E50 + index));
    }

    function terms(uint256 group) public view returns (Terms memory agreed) {
        agreed.groupId = bytes32(group + 1);
        agreed.token = address(token);
        agreed.buyer = BUYER;
        agreed.refundTo = TREASURY;
        agreed.feeRecipient = FEES;
        agreed.arbiter = ARBITER;
        agreed.fundBy = uint64(START + 2 days);
        agreed.answerWindow = 2 days;
        agreed.disputeTimeout = 5 days;
        agreed.defaultSellerBps = uint16(group * 3333);
        agreed.legs = new Leg[](LEGS);
        for (uint256 i; i < LEGS; ++i) {
            uint16 feeBps = uint16(i * 333);
            uint64 shipBy = uint64(START + 2 days + i * 12 hours);
            agreed.legs[i] =
                Leg(bytes32(group * LEGS + i + 1), seller(i), uint128(1000 + 777 * i), feeBps, shipBy, shipBy + 6 days);
        }
    }

    modifier watched() {
        _;
        _noticeClosedLegs();
    }

    function deposit(uint256 group) external watched {
        vm.prank(TREASURY);
        escrow.depositFor(terms(group % GROUPS));
    }

    function release(uint256 group, uint256 leg, uint256 amount) external watched {
        Terms memory agreed = terms(group % GROUPS);
        uint256 part = _part(agreed, leg % LEGS, amount);
        vm.prank(BUYER);
        escrow.release(agreed, leg % LEGS, part);
    }

    function refund(uint256 group, uint256 leg, uint256 amount) external watched {
        Terms memory agreed = terms(group % GROUPS);
        uint256 part = _part(agreed, leg % LEGS, amount);
        vm.prank(seller(leg % LEGS));
        escrow.refund(agreed, leg % LEGS, part);
    }

    function markShipped(uint256 group, uint256 leg) external watched {
        vm.prank(seller(leg % LEGS));
        escrow.markShipped(terms(group % GROUPS), leg % LEGS);
    }

    function cancelUnshipped(uint256 group, uint256 leg) external watched {
        vm.prank(BUYER);
        escrow.cancelUnshipped(terms(group % GROUPS), leg % LEGS);
    }

    function dispute(uint256 group, uint256 leg) external watched {
        vm.prank(BUYER);
        escrow.dispute(terms(group % GROUPS), leg % LEGS);
    }

    function resolve(uint256 group, uint256 leg, uint256 amount) external watched {
        Terms memory agreed = terms(group % GROUPS);
        uint256 remaining = escrow.legState(agreed, leg % LEGS).remaining;
        vm.prank(ARBITER);
        escrow.resolve(agreed, leg % LEGS, amount % (remaining + 1), remaining);
    }

    function closeByAnyone(uint256 group, uint256 leg) external watched {
        tryToClose(group % GROUPS, leg % LEGS);
    }

    function withdraw(uint256 who) external watched {
        token.deny(_recipient(who), false);
        escrow.withdrawFor(address(token), _recipient(who));
    }

    function deny(uint256 who, bool isDenied) external {
        token.deny(_recipient(who), isDenied);
    }

    function pass(uint256 time) external {
        vm.warp(block.timestamp + time % 2 days);
    }

    function pause(uint256 duration) external {
        vm.prank(GUARDIAN);
        escrow.pauseDeposits(duration % 7 days + 1);
    }

    /// @notice What a stranger can do to end a leg; each may be refused, one of them works in time.
    function tryToClose(uint256 group, uint256 leg) public {
        Terms memory agreed = terms(group);
        vm.startPrank(STRANGER);
        try escrow.claim(agreed, leg) {} catch {}
        try escrow.finalizeCancellation(agreed, leg) {} catch {}
        try escrow.timeoutDispute(agreed, leg) {} catch {}
        vm.stopPrank();
    }

    function _part(Terms memory agreed, uint256 leg, uint256 amount) private view returns (uint256) {
        uint256 remaining = escrow.legState(agreed, leg).remaining;
        return remaining == 0 ? 1 : amount % remaining + 1;
    }

    function _recipient(uint256 who) private pure returns (address) {
        uint256 index = who % (LEGS + 2);
        if (index == LEGS) return TREASURY;
        return index > LEGS ? FEES : seller(index);
    }

    function _noticeClosedLegs() private {
        for (uint256 group; group < GROUPS; ++group) {
            Terms memory agreed = terms(group);
            for (uint256 leg; leg < LEGS; ++leg) {
                LegState memory state = escrow.legState(agreed, leg);
                bytes32 key = agreed.legs[leg].orderId;
                if (wasClosed[key] && state.remaining > 0) aClosedLegReopened = true;
                if (state.funded && state.remaining == 0) wasClosed[key] = true;
            }
        }
    }
}
