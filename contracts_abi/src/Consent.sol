// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {EscrowErrors} from "./EscrowErrors.sol";
import {EscrowEvents} from "./EscrowEvents.sol";
import {Messages} from "./Messages.sol";
import {Terms} from "./Terms.sol";

/// @notice Who agreed: a party acts by calling, or by an EIP-712 signature (ERC-1271 for contract wallets).
abstract contract Consent is EIP712, EscrowErrors, EscrowEvents {
    constructor() EIP712("Phsar Escrow", "1") {}

    /// @notice EIP-712 struct hash of the terms, the same on every chain.
    function termsHash(Terms calldata terms) public pure returns (bytes32) {
        return Messages.ofTerms(terms);
    }

    /// @notice EIP-712 digest of the terms: the escrow id and the nonce of the buyer's ERC-3009 authorization.
    function escrowId(Terms calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(Messages.ofTerms(terms));
    }

    /// @dev A party that calls by itself needs no signature, and no deadline binds it.
    function _requireConsent(address signer, bytes32 structHash, uint256 deadline, bytes calldata signature)
        internal
        view
    {
        if (msg.sender == signer) return;
        require(signature.length > 0, NotAllowed(msg.sender, signer));
        require(block.timestamp <= deadline, SignatureExpired(deadline));
        require(_signed(signer, _hashTypedDataV4(structHash), signature), InvalidSignature(signer));
    }

    /// @dev Stands for the signature where the party has to call by itself.
    function _noSignature() internal pure returns (bytes calldata) {
        return msg.data[:0];
    }

    /// @dev The key is tried first: an account that delegated its code (EIP-7702) can still sign with its key.
    function _signed(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        (address recovered, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return signer.code.length > 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
