// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Escrow} from "../../src/Escrow.sol";
import {LedgerAnchor} from "../../src/LedgerAnchor.sol";
import {SettlementToken} from "../../src/SettlementToken.sol";
import {vm} from "./Vm.sol";

/// @notice Deploys the committed bytecode, so that what is tested is what the market deploys.
library Committed {
    function token(address admin, address minter) internal returns (SettlementToken) {
        bytes memory arguments = abi.encode("Phsar Dollar", "CTM", uint8(6), admin, minter);
        return SettlementToken(_deploy("abi/SettlementToken.json", arguments));
    }

    function escrow(address guardian) internal returns (Escrow) {
        return Escrow(_deploy("abi/Escrow.json", abi.encode(guardian)));
    }

    function anchor(address anchorer) internal returns (LedgerAnchor) {
        return LedgerAnchor(_deploy("abi/LedgerAnchor.json", abi.encode(anchorer)));
    }

    function _deploy(string memory artifact, bytes memory arguments) private returns (address deployed) {
        bytes memory code = abi.encodePacked(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        require(deployed != address(0), "the committed bytecode did not deploy");
    }
}
