// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../src/Escrow.sol";
import {LegState, Terms} from "../src/Terms.sol";
import {DenyingToken} from "./support/HostileTokens.sol";
import {MarketHandler} from "./support/MarketHandler.sol";
import {vm} from "./support/Vm.sol";

/// @notice What holds after any sequence of acts by anybody.
contract PromisesTest {
    MarketHandler private market;
    Escrow private escrow;
    DenyingToken private token;

    function setUp() public {
        market = new MarketHandler();
        escrow = market.escrow();
        token = market.token();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(market);
    }

    function invariant_theEscrowHoldsExactlyWhatIsOpenOrWaiting() public view {
        vm.assertEq(token.balanceOf(address(escrow)), _open() + _waiting(), "held = open + waiting");
    }

    function invariant_everyUnitOfALegIsAccountedFor() public view {
        for (uint256 group; group < market.GROUPS(); ++group) {
            Terms memory terms = market.terms(group);
            for (uint256 leg; leg < market.LEGS(); ++leg) {
                LegState memory state = escrow.legState(terms, leg);
                uint256 amount = state.funded ? terms.legs[leg].amount : 0;
                vm.assertEq(state.released + state.refunded + state.remaining, amount, "nothing lost or doubled");
                vm.assertEq(state.fee, state.released * terms.legs[leg].feeBps / 10_000, "fee is floored and capped");
            }
        }
    }

    function invariant_onlyTheNamedAreEverPaid() public view {
        uint256 known =
            token.balanceOf(address(escrow)) + token.balanceOf(market.TREASURY()) + token.balanceOf(market.FEES());
        for (uint256 i; i < market.LEGS(); ++i) {
            known += token.balanceOf(market.seller(i));
        }
        vm.assertEq(known, token.totalSupply(), "no unit is anywhere else");
    }

    function invariant_aClosedLegStaysClosed() public view {
        vm.assertTrue(!market.aClosedLegReopened(), "terminal states are absorbing");
    }

    /// @notice After each run, at a time known in advance, a stranger alone ends every leg, paused or not.
    function afterInvariant() public {
        vm.warp(block.timestamp + 60 days);
        for (uint256 group; group < market.GROUPS(); ++group) {
            for (uint256 leg; leg < market.LEGS(); ++leg) {
                market.tryToClose(group, leg);
            }
        }
        vm.assertEq(_open(), 0, "no unit is stranded");
        vm.assertEq(token.balanceOf(address(escrow)), _waiting(), "what is left waits for its owner");
    }

    function _open() private view returns (uint256 open) {
        for (uint256 group; group < market.GROUPS(); ++group) {
            for (uint256 leg; leg < market.LEGS(); ++leg) {
                open += escrow.legState(market.terms(group), leg).remaining;
            }
        }
    }

    function _waiting() private view returns (uint256 waiting) {
        waiting =
            escrow.withdrawable(address(token), market.TREASURY()) + escrow.withdrawable(address(token), market.FEES());
        for (uint256 i; i < market.LEGS(); ++i) {
            waiting += escrow.withdrawable(address(token), market.seller(i));
        }
    }
}
