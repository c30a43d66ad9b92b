// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {EscrowErrors} from "../../src/EscrowErrors.sol";
import {EscrowEvents} from "../../src/EscrowEvents.sol";
import {Messages} from "../../src/Messages.sol";
import {SettlementToken} from "../../src/SettlementToken.sol";
import {Authorization, Leg, LegState, Outcome, Permit, Reason, Terms} from "../../src/Terms.sol";
import {Committed} from "./Committed.sol";
import {vm} from "./Vm.sol";

/// @notice One order between a buyer and a seller, with everyone's key.
abstract contract Fixture is EscrowErrors, EscrowEvents {
    uint256 internal constant PRICE = 100_000_000;
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant LATER = type(uint64).max;

    uint256 internal constant BUYER_KEY = 0xB0B;
    uint256 internal constant SELLER_KEY = 0x5E11E5;
    uint256 internal constant ARBITER_KEY = 0xA4B17E5;
    uint256 internal constant STRANGER_KEY = 0x57A463;

    address internal buyer = vm.addr(BUYER_KEY);
    address internal seller = vm.addr(SELLER_KEY);
    address internal arbiter = vm.addr(ARBITER_KEY);
    address internal stranger = vm.addr(STRANGER_KEY);
    address internal treasury = address(0x74EA5);
    address internal fees = address(0xFEE5);
    address internal guardian = address(0x64A4D);

    SettlementToken internal token;
    Escrow internal escrow;
    bytes private _agreement;

    function setUp() public virtual {
        vm.warp(START);
        token = Committed.token(address(this), address(this));
        escrow = Committed.escrow(guardian);
        token.mint(buyer, 10 * PRICE, "buyer");
        token.mint(treasury, 10 * PRICE, "treasury");
        vm.prank(treasury);
        token.approve(address(escrow), type(uint256).max);
        _agree(_terms(1));
    }

    /// @dev Kept encoded: only the slower pipeline of the compiler copies such structs into storage.
    function _agreed() internal view returns (Terms memory) {
        return abi.decode(_agreement, (Terms));
    }

    function _agree(Terms memory terms) internal {
        _agreement = abi.encode(terms);
    }

    function _terms(uint256 legs) internal view returns (Terms memory terms) {
        terms = Terms({
            groupId: "group",
            token: address(token),
            buyer: buyer,
            refundTo: treasury,
            feeRecipient: fees,
            arbiter: arbiter,
            fundBy: uint64(START + 1 hours),
            answerWindow: 2 days,
            disputeTimeout: 14 days,
            defaultSellerBps: 4000,
            legs: new Leg[](legs)
        });
        for (uint256 i; i < legs; ++i) {
            terms.legs[i] = Leg({
                orderId: bytes32(i + 1),
                seller: i == 0 ? seller : address(uint160(0x5E11E50 + i)),
                amount: uint128(PRICE),
                feeBps: 500,
                shipBy: uint64(START + 3 days),
                autoReleaseAt: uint64(START + 13 days)
            });
        }
    }

    function _depositAgreed() internal returns (bytes32 id) {
        return _deposit(_agreed());
    }

    function _deposit(Terms memory terms) internal returns (bytes32) {
        vm.prank(treasury);
        return escrow.depositFor(terms);
    }

    function _state(Terms memory terms) internal view returns (LegState memory) {
        return escrow.legState(terms, 0);
    }

    function _remaining() internal view returns (uint256) {
        return escrow.legState(_agreed(), 0).remaining;
    }

    function _authorization(Terms memory terms, uint256 key) internal returns (Authorization memory authorization) {
        uint256 total;
        for (uint256 i; i < terms.legs.length; ++i) {
            total += terms.legs[i].amount;
        }
        bytes32 message = keccak256(
            abi.encode(
                keccak256(
                    "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
                ),
                terms.buyer,
                address(escrow),
                total,
                uint256(0),
                LATER,
                escrow.escrowId(terms)
            )
        );
        authorization.validBefore = LATER;
        (authorization.v, authorization.r, authorization.s) = vm.sign(key, _tokenDigest(message));
    }

    function _permit(Terms memory terms, uint256 value, uint256 key) internal returns (Permit memory permit) {
        bytes32 message = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                terms.buyer,
                address(escrow),
                value,
                token.nonces(terms.buyer),
                LATER
            )
        );
        permit.deadline = LATER;
        (permit.v, permit.r, permit.s) = vm.sign(key, _tokenDigest(message));
    }

    function _signValue(uint256 key, bytes32 kind, uint256 value, uint256 deadline) internal returns (bytes memory) {
        return _sign(key, Messages.ofValue(kind, escrow.escrowId(_agreed()), 0, value, _remaining(), deadline));
    }

    function _signFact(uint256 key, bytes32 kind, uint256 deadline) internal returns (bytes memory) {
        return _sign(key, Messages.ofFact(kind, escrow.escrowId(_agreed()), 0, deadline));
    }

    function _signSettle(uint256 key, uint256 sellerAmount, uint256 sequence, uint256 deadline)
        internal
        returns (bytes memory)
    {
        bytes32 id = escrow.escrowId(_agreed());
        return _sign(key, Messages.ofSettle(id, 0, sellerAmount, _remaining(), sequence, deadline));
    }

    function _sign(uint256 key, bytes32 structHash) internal returns (bytes memory) {
        return _signDigest(key, keccak256(abi.encodePacked("\x19\x01", _escrowDomain(), structHash)));
    }

    function _signDigest(uint256 key, bytes32 digest) internal returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _tokenDigest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", token.DOMAIN_SEPARATOR(), structHash));
    }

    function _escrowDomain() internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Phsar Escrow"),
                keccak256("1"),
                block.chainid,
                address(escrow)
            )
        );
    }

    function _assertPaid(uint256 toSeller, uint256 toFees, uint256 toTreasury) internal view {
        vm.assertEq(token.balanceOf(seller), toSeller, "seller");
        vm.assertEq(token.balanceOf(fees), toFees, "fees");
        vm.assertEq(token.balanceOf(treasury), 9 * PRICE + toTreasury, "refundTo");
    }

    function _assertOutcome(Outcome outcome) internal view {
        vm.assertEq(uint256(_state(_agreed()).outcome), uint256(outcome), "outcome");
    }

    function _bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + value % (most - least + 1);
    }
}
