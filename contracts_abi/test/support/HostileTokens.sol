// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

import {Escrow} from "../../src/Escrow.sol";
import {Terms} from "../../src/Terms.sol";

/// @notice Keeps a hundredth of every transfer.
contract FeeOnTransferToken is ERC20("Fee", "FEE") {
    constructor(address holder) {
        _mint(holder, 1e18);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0)) super._update(to, address(0xDEAD), value / 100);
    }
}

/// @notice Refuses denied recipients, by reverting or by answering false.
contract DenyingToken is ERC20("Deny", "DENY") {
    mapping(address who => bool) public denied;
    bool private immutable _quietly;

    constructor(address holder, bool quietly) {
        _quietly = quietly;
        _mint(holder, 1e18);
    }

    function deny(address who, bool isDenied) external {
        denied[who] = isDenied;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (denied[to] && _quietly) return false;
        require(!denied[to], "denied");
        return super.transfer(to, value);
    }
}

/// @notice Calls back into the escrow on the way out, as a token with receiver hooks would.
contract ReentrantToken is ERC20("Reenter", "RE") {
    Escrow private _escrow;
    bytes private _attack;
    bool public attackSucceeded;

    constructor(address holder) {
        _mint(holder, 1e18);
    }

    function arm(Escrow escrow, bytes calldata attack) external {
        _escrow = escrow;
        _attack = attack;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (address(_escrow) != address(0)) (attackSucceeded,) = address(_escrow).call(_attack);
        return super.transfer(to, value);
    }
}
