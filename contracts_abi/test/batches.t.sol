// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";

import {Messages} from "../src/Messages.sol";
import {
    AuthorizedDeposit,
    Authorization,
    LegClaim,
    Permit,
    PermittedDeposit,
    SignedRelease,
    Terms
} from "../src/Terms.sol";
import {Fixture} from "./support/Fixture.sol";
import {vm} from "./support/Vm.sol";

contract BatchesTest is Fixture {
    function test_aFailingAuthorizationDoesNotStopTheOthers() public {
        AuthorizedDeposit[] memory items = new AuthorizedDeposit[](3);
        for (uint256 i; i < 3; ++i) {
            Terms memory terms = _group(i);
            items[i] = AuthorizedDeposit(terms, _authorization(terms, i == 1 ? STRANGER_KEY : BUYER_KEY));
        }
        vm.expectEmit(address(escrow));
        bytes memory reason = abi.encodeWithSelector(ERC3009.ERC3009InvalidSignature.selector);
        emit BatchItemFailed(escrow.escrowId(_group(1)), 1, reason);
        escrow.depositBatchWithAuthorization(items);
        _assertFunded(true, false, true);
    }

    function test_aFailingPermitDoesNotStopTheOthers() public {
        PermittedDeposit[] memory items = new PermittedDeposit[](3);
        Permit memory none;
        vm.prank(buyer);
        token.approve(address(escrow), 10 * PRICE);
        for (uint256 i; i < 3; ++i) {
            bytes32 id = escrow.escrowId(_group(i));
            items[i] = PermittedDeposit(_group(i), none, _signDigest(i == 2 ? STRANGER_KEY : BUYER_KEY, id));
        }
        escrow.depositBatchWithPermit(items);
        _assertFunded(true, true, false);
    }

    function test_theCallerPaysForAWholeBatch() public {
        Terms[] memory items = new Terms[](3);
        for (uint256 i; i < 3; ++i) {
            items[i] = _group(i);
        }
        _deposit(items[0]);
        vm.prank(treasury);
        escrow.depositBatchFor(items);
        _assertFunded(true, true, true);
        vm.assertEq(token.balanceOf(treasury), 7 * PRICE);
    }

    function test_aFailingReleaseDoesNotStopTheOthers() public {
        SignedRelease[] memory items = new SignedRelease[](3);
        for (uint256 i; i < 3; ++i) {
            _agree(_group(i));
            _depositAgreed();
            items[i] = SignedRelease(_agreed(), 0, PRICE, LATER, _signValue(BUYER_KEY, Messages.RELEASE, PRICE, LATER));
        }
        items[1].amount = PRICE - 1;
        vm.expectEmit(address(escrow));
        bytes memory reason = abi.encodeWithSelector(InvalidSignature.selector, buyer);
        emit BatchItemFailed(escrow.escrowId(_group(1)), 1, reason);
        vm.prank(stranger);
        escrow.releaseBatch(items);
        vm.assertEq(token.balanceOf(seller), 2 * 95_000_000);
    }

    function test_theBuyerReleasesManyWithoutSigning() public {
        SignedRelease[] memory items = new SignedRelease[](2);
        for (uint256 i; i < 2; ++i) {
            _deposit(_group(i));
            items[i] = SignedRelease(_group(i), 0, PRICE, 0, "");
        }
        vm.prank(buyer);
        escrow.releaseBatch(items);
        vm.assertEq(token.balanceOf(seller), 2 * 95_000_000);
    }

    function test_claimsSkipWhatIsNotDue() public {
        LegClaim[] memory items = new LegClaim[](2);
        for (uint256 i; i < 2; ++i) {
            _deposit(_group(i));
            items[i] = LegClaim(_group(i), 0);
        }
        vm.prank(buyer);
        escrow.dispute(_group(0), 0);
        vm.warp(START + 13 days + 1);
        escrow.claimBatch(items);
        vm.assertEq(token.balanceOf(seller), 95_000_000);
    }

    function test_aGasBurningItemLeavesGasForTheOthers() public {
        LegClaim[] memory items = new LegClaim[](2);
        items[0] = LegClaim(_group(0), 0);
        items[0].terms.token = address(new GasBurner());
        vm.prank(treasury);
        escrow.depositFor(items[0].terms);
        items[1] = LegClaim(_group(1), 0);
        _deposit(items[1].terms);
        GasBurner(items[0].terms.token).burnGas();
        vm.warp(START + 13 days + 1);
        escrow.claimBatch{gas: 2_000_000}(items);
        vm.assertEq(token.balanceOf(seller), 95_000_000);
    }

    function _group(uint256 index) private view returns (Terms memory terms) {
        terms = _terms(1);
        terms.groupId = bytes32(index + 1);
    }

    function _assertFunded(bool first, bool second, bool third) private view {
        vm.assertEq(escrow.fundedAt(escrow.escrowId(_group(0))) > 0, first);
        vm.assertEq(escrow.fundedAt(escrow.escrowId(_group(1))) > 0, second);
        vm.assertEq(escrow.fundedAt(escrow.escrowId(_group(2))) > 0, third);
    }
}

/// @notice A token that from some moment on burns all the gas it is given.
contract GasBurner {
    uint256 private _held;
    bool private _burning;

    function burnGas() external {
        _burning = true;
    }

    function balanceOf(address) external view returns (uint256) {
        return _held;
    }

    function transferFrom(address, address, uint256 amount) external returns (bool) {
        _held += amount;
        return true;
    }

    function transfer(address, uint256) external view returns (bool) {
        while (_burning) {}
        return true;
    }
}
