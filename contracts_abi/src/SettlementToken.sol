// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

import {MinterRole} from "./MinterRole.sol";

/// @title Token in which orders are settled
/// @notice Minted only against a recorded payment and burned on redemption. Nobody has power over balances.
contract SettlementToken is ERC20, ERC20Permit, ERC3009, MinterRole {
    /// @notice One item of `mintBatch`.
    struct Minting {
        address to;
        uint256 amount;
        bytes32 ref;
    }

    bytes32 private constant REDEEM_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "RedeemWithAuthorization(address from,uint256 value,bytes32 ref,uint256 validAfter,uint256 validBefore)"
    );

    uint8 private immutable _decimals;

    /// @notice Whether units were minted for this recorded payment.
    mapping(bytes32 ref => bool) public mintDone;
    /// @notice Whether `from` redeemed under this reference. Per holder, so nobody can use up another's reference.
    mapping(address from => mapping(bytes32 ref => bool)) public redeemDone;

    /// @notice Units came into being for the payment `ref`.
    event Minted(address indexed to, uint256 amount, bytes32 indexed ref);
    /// @notice Units were burned; money is owed outside the chain under `ref`.
    event Redeemed(address indexed from, uint256 amount, bytes32 indexed ref);

    /// @notice This payment was minted before.
    error MintAlreadyDone(bytes32 ref);
    /// @notice This holder redeemed under this reference before.
    error RedeemAlreadyDone(address from, bytes32 ref);
    /// @notice An amount of zero moves nothing.
    error ZeroAmount();
    /// @notice A reference of zero names no payment.
    error ZeroRef();

    constructor(string memory name_, string memory symbol_, uint8 decimals_, address admin_, address minter_)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
        MinterRole(admin_, minter_)
    {
        _decimals = decimals_;
    }

    /// @inheritdoc ERC20
    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    /// @notice Create `amount` base units for the recorded payment `ref`, once.
    function mint(address to, uint256 amount, bytes32 ref) external {
        _requireMinter();
        _mintOnce(to, amount, ref);
    }

    /// @notice Many mints, all or none: a reference that was done before names itself in the error.
    function mintBatch(Minting[] calldata items) external {
        _requireMinter();
        for (uint256 i; i < items.length; ++i) {
            _mintOnce(items[i].to, items[i].amount, items[i].ref);
        }
    }

    /// @notice Burn the caller's own units to be paid outside the chain under `ref`.
    function redeem(uint256 amount, bytes32 ref) external {
        _redeemOnce(msg.sender, amount, ref);
    }

    /// @notice As `redeem`, relayed by anyone with the holder's signature; valid strictly between the two seconds.
    function redeemWithAuthorization(
        address from,
        uint256 amount,
        bytes32 ref,
        uint256 validAfter,
        uint256 validBefore,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        _checkValidity(validAfter, validBefore);
        bytes32 message =
            keccak256(abi.encode(REDEEM_WITH_AUTHORIZATION_TYPEHASH, from, amount, ref, validAfter, validBefore));
        require(from == ECDSA.recover(_hashTypedDataV4(message), v, r, s), ERC3009InvalidSignature());
        _redeemOnce(from, amount, ref);
    }

    function _mintOnce(address to, uint256 amount, bytes32 ref) private {
        _requireNamed(amount, ref);
        require(!mintDone[ref], MintAlreadyDone(ref));
        mintDone[ref] = true;
        _mint(to, amount);
        emit Minted(to, amount, ref);
    }

    function _redeemOnce(address from, uint256 amount, bytes32 ref) private {
        _requireNamed(amount, ref);
        require(!redeemDone[from][ref], RedeemAlreadyDone(from, ref));
        redeemDone[from][ref] = true;
        _burn(from, amount);
        emit Redeemed(from, amount, ref);
    }

    function _requireNamed(uint256 amount, bytes32 ref) private pure {
        require(amount > 0, ZeroAmount());
        require(ref != 0, ZeroRef());
    }
}
