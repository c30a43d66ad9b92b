// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {DepositPause} from "./DepositPause.sol";
import {LegBook} from "./LegBook.sol";
import {Authorization, Leg, Permit, Terms} from "./Terms.sol";
import {TermsBounds} from "./TermsBounds.sol";

/// @notice The three ways in. Each funds all legs exactly, or changes nothing.
abstract contract Deposits is DepositPause, LegBook, TermsBounds {
    using SafeERC20 for IERC20;

    /// @notice Fund with the buyer's ERC-3009 authorization to this contract, whose nonce is the escrow id.
    function depositWithAuthorization(Terms calldata terms, Authorization calldata authorization)
        external
        nonReentrant
        returns (bytes32 id)
    {
        uint256 total;
        (id, total) = _fund(terms, terms.buyer);
        uint256 held = _held(terms.token);
        IERC3009(terms.token)
            .receiveWithAuthorization(
                terms.buyer,
                address(this),
                total,
                authorization.validAfter,
                authorization.validBefore,
                id,
                authorization.v,
                authorization.r,
                authorization.s
            );
        _requireReceived(terms.token, held, total);
    }

    /// @notice Fund with the buyer's ERC-2612 permit and the buyer's signature over these terms.
    /// @dev Anyone may have submitted the permit before us, so its failure only matters if the allowance is short.
    function depositWithPermit(Terms calldata terms, Permit calldata permit, bytes calldata termsSignature)
        external
        nonReentrant
        returns (bytes32 id)
    {
        uint256 total;
        (id, total) = _fund(terms, terms.buyer);
        require(msg.sender == terms.buyer || _signed(terms.buyer, id, termsSignature), InvalidSignature(terms.buyer));
        try IERC20Permit(terms.token)
            .permit(terms.buyer, address(this), total, permit.deadline, permit.v, permit.r, permit.s) {}
            catch {}
        uint256 allowance = IERC20(terms.token).allowance(terms.buyer, address(this));
        require(allowance >= total, AllowanceTooLow(allowance, total));
        _pull(terms.token, terms.buyer, total);
    }

    /// @notice Fund from the caller's allowance, for any buyer; refunds still go to the signed refundTo.
    function depositFor(Terms calldata terms) external nonReentrant returns (bytes32 id) {
        uint256 total;
        (id, total) = _fund(terms, msg.sender);
        _pull(terms.token, msg.sender, total);
    }

    function _fund(Terms calldata terms, address payer) private returns (bytes32 id, uint256 total) {
        _requireDepositsOpen();
        require(block.timestamp <= terms.fundBy, FundingClosed(terms.fundBy));
        total = _checkTerms(terms);
        id = escrowId(terms);
        _markFunded(id);
        emit Deposited(id, terms.groupId, payer, terms.token, terms.buyer, total);
        for (uint256 i; i < terms.legs.length; ++i) {
            Leg calldata leg = terms.legs[i];
            emit LegFunded(id, leg.orderId, i, leg.seller, leg.amount);
        }
    }

    function _pull(address token, address payer, uint256 total) private {
        uint256 held = _held(token);
        IERC20(token).safeTransferFrom(payer, address(this), total);
        _requireReceived(token, held, total);
    }

    function _requireReceived(address token, uint256 heldBefore, uint256 total) private view {
        uint256 held = _held(token);
        uint256 received = held > heldBefore ? held - heldBefore : 0;
        require(received == total, WrongAmountReceived(total, received));
    }

    function _held(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }
}
