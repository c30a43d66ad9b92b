// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {Messages} from "../../src/Messages.sol";
import {Leg, LegState, Terms} from "../../src/Terms.sol";
import {Committed} from "./Committed.sol";
import {DenyingToken} from "./HostileTokens.sol";
import {vm} from "./Vm.sol";

/// @notice People of a small market who do whatever they like, in any order, at any time.
contract MarketHandler {
    uint256 public constant GROUPS = 4;
    uint256 public constant LEGS = 3;
    uint256 private constant START = 1_800_000_000;

    uint256 private constant LATER = type(uint64).max;
    uint256 private constant BUYER_KEY = 0xB0B;
    uint256 private constant FIRST_SELLER_KEY = 0x5E11E50;

    address public constant TREASURY = address(0x74EA5);
    address public constant ARBITER = address(0xA4B17E5);
    address public constant FEES = address(0xFEE5);
    address public constant GUARDIAN = address(0x64A4D);
    address public constant STRANGER = address(0x57A463);

    Escrow public immutable escrow = Committed.escrow(GUARDIAN);
    DenyingToken public immutable token = new DenyingToken(TREASURY, true);

    address public immutable BUYER = vm.addr(BUYER_KEY);
    address[LEGS] private _sellers;

    mapping(bytes32 leg => bool) public wasClosed;
    bool public aClosedLegReopened;

    constructor() {
        vm.warp(START);
        for (uint256 i; i < LEGS; ++i) {
            _sellers[i] = vm.addr(FIRST_SELLER_KEY + i);
        }
        vm.prank(TREASURY);
        token.approve(address(escrow), type(uint256).max);
        for (uint256 group; group < GROUPS - 1; ++group) {
            vm.prank(TREASURY);
            escrow.depositFor(terms(group));
        }
    }

    function seller(uint256 index) public view returns (address) {
        return _sellers[index];
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

    function releaseRelayed(uint256 group, uint256 leg, uint256 amount) external watched {
        (Terms memory agreed, uint256 index, uint256 remaining) = _leg(group, leg);
        uint256 part = _part(agreed, index, amount);
        bytes32 id = escrow.escrowId(agreed);
        bytes memory signature = _sign(BUYER_KEY, Messages.ofValue(Messages.RELEASE, id, index, part, remaining, LATER));
        vm.prank(STRANGER);
        escrow.releaseWithSignature(agreed, index, part, LATER, signature);
    }

    function refundRelayed(uint256 group, uint256 leg, uint256 amount) external watched {
        (Terms memory agreed, uint256 index, uint256 remaining) = _leg(group, leg);
        uint256 part = _part(agreed, index, amount);
        bytes32 id = escrow.escrowId(agreed);
        bytes memory signature =
            _sign(FIRST_SELLER_KEY + index, Messages.ofValue(Messages.REFUND, id, index, part, remaining, LATER));
        vm.prank(STRANGER);
        escrow.refundWithSignature(agreed, index, part, LATER, signature);
    }

    function settle(uint256 group, uint256 leg, uint256 amount, uint64 sequence) external watched {
        (Terms memory agreed, uint256 index, uint256 remaining) = _leg(group, leg);
        uint256 toSeller = amount % (remaining + 1);
        uint64 number = sequence % 4 + 1;
        bytes32 message = Messages.ofSettle(escrow.escrowId(agreed), index, toSeller, remaining, number, LATER);
        bytes memory bySeller = _sign(FIRST_SELLER_KEY + index, message);
        bytes memory byBuyer = _sign(BUYER_KEY, message);
        vm.prank(STRANGER);
        escrow.settle(agreed, index, toSeller, number, LATER, byBuyer, bySeller);
    }

    function withdrawProposals(uint256 group, uint256 leg, uint64 sequence) external watched {
        vm.prank(BUYER);
        escrow.withdrawProposals(terms(group % GROUPS), leg % LEGS, sequence % 4 + 1);
    }

    function extend(uint256 group, uint256 leg, uint64 later) external watched {
        (Terms memory agreed, uint256 index, uint256 remaining) = _leg(group, leg);
        uint64 until = agreed.legs[index].autoReleaseAt + later % 10 days;
        bytes32 message = Messages.ofValue(Messages.EXTEND, escrow.escrowId(agreed), index, until, remaining, LATER);
        bytes memory bySeller = _sign(FIRST_SELLER_KEY + index, message);
        vm.prank(BUYER);
        escrow.extend(agreed, index, until, LATER, "", bySeller);
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

    function _leg(uint256 group, uint256 leg)
        private
        view
        returns (Terms memory agreed, uint256 index, uint256 remaining)
    {
        agreed = terms(group % GROUPS);
        index = leg % LEGS;
        remaining = escrow.legState(agreed, index).remaining;
    }

    function _sign(uint256 key, bytes32 structHash) private returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Phsar Escrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    function _part(Terms memory agreed, uint256 leg, uint256 amount) private view returns (uint256) {
        uint256 remaining = escrow.legState(agreed, leg).remaining;
        return remaining == 0 ? 1 : amount % remaining + 1;
    }

    function _recipient(uint256 who) private view returns (address) {
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
