// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice One admin names one minter. Both change in two steps, so a mistyped address changes nothing.
abstract contract MinterRole {
    /// @notice Who may name a minter or stop minting.
    address public admin;
    /// @notice Who must accept to become admin.
    address public pendingAdmin;
    /// @notice Who may mint; zero while minting is stopped.
    address public minter;
    /// @notice Who must accept to become minter.
    address public pendingMinter;

    /// @notice `next` may accept to become admin.
    event AdminProposed(address indexed next);
    /// @notice The admin changed.
    event AdminChanged(address indexed previous, address indexed current);
    /// @notice `next` may accept to become minter.
    event MinterProposed(address indexed next);
    /// @notice The minter changed; zero means that minting is stopped.
    event MinterChanged(address indexed previous, address indexed current);

    /// @notice Only the admin may do this.
    error NotAdmin(address caller);
    /// @notice Only the minter may do this.
    error NotMinter(address caller);
    /// @notice Only the proposed address may accept.
    error NotProposed(address caller, address proposed);
    /// @notice Without an admin no minter could ever be named.
    error ZeroAdmin();

    constructor(address admin_, address minter_) {
        require(admin_ != address(0), ZeroAdmin());
        admin = admin_;
        minter = minter_;
        emit AdminChanged(address(0), admin_);
        emit MinterChanged(address(0), minter_);
    }

    /// @notice Name who may become admin; zero takes a proposal back.
    function proposeAdmin(address next) external {
        _requireAdmin();
        pendingAdmin = next;
        emit AdminProposed(next);
    }

    /// @notice Become admin.
    function acceptAdmin() external {
        require(msg.sender == pendingAdmin, NotProposed(msg.sender, pendingAdmin));
        emit AdminChanged(admin, msg.sender);
        admin = msg.sender;
        pendingAdmin = address(0);
    }

    /// @notice Name who may become minter; zero takes a proposal back.
    function proposeMinter(address next) external {
        _requireAdmin();
        pendingMinter = next;
        emit MinterProposed(next);
    }

    /// @notice Become minter.
    function acceptMinter() external {
        require(msg.sender == pendingMinter, NotProposed(msg.sender, pendingMinter));
        _changeMinter(msg.sender);
    }

    /// @notice Stop minting at once, for a lost or stolen minter key; transfers and redemption go on.
    function stopMinting() external {
        _requireAdmin();
        _changeMinter(address(0));
    }

    function _requireMinter() internal view {
        require(msg.sender == minter, NotMinter(msg.sender));
    }

    function _requireAdmin() private view {
        require(msg.sender == admin, NotAdmin(msg.sender));
    }

    function _changeMinter(address current) private {
        emit MinterChanged(minter, current);
        minter = current;
        pendingMinter = address(0);
    }
}
