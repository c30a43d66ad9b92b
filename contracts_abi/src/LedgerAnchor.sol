// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What the books were, kept where nobody can take it back
/// @notice One account writes the hash of the newest seal of the books. Nothing written is ever changed or passed by.
contract LedgerAnchor {
    /// @notice A seal's hash, and when it was written. `previous`: the anchored seal before it, so that all can be walked.
    struct Anchor {
        bytes32 hash;
        uint64 blockNumber;
        uint64 time;
        uint64 previous;
    }

    /// @notice Who may write. For another one, deploy another contract: what stands here stays.
    address public immutable anchorer;
    /// @notice The newest anchored seal; zero before the first.
    uint64 public latest;
    /// @notice What is anchored of a seal, by its number; all zero where nothing is.
    mapping(uint64 number => Anchor) public anchors;

    /// @notice The hash of seal `number` is kept from now on.
    event Anchored(uint64 indexed number, bytes32 indexed hash);

    /// @notice Only the anchorer may write.
    error NotAnchorer(address caller);
    /// @notice Seals are anchored in their order, each once.
    error NotNewer(uint64 number, uint64 latest);
    /// @notice A hash of zero is no seal.
    error ZeroHash();
    /// @notice Without an anchorer nothing could ever be written.
    error ZeroAnchorer();

    constructor(address anchorer_) {
        require(anchorer_ != address(0), ZeroAnchorer());
        anchorer = anchorer_;
    }

    /// @notice Keep the hash of seal `number`, which is newer than all that are kept.
    function anchor(uint64 number, bytes32 hash) external {
        require(msg.sender == anchorer, NotAnchorer(msg.sender));
        require(number > latest, NotNewer(number, latest));
        require(hash != 0, ZeroHash());
        anchors[number] = Anchor(hash, uint64(block.number), uint64(block.timestamp), latest);
        latest = number;
        emit Anchored(number, hash);
    }
}
