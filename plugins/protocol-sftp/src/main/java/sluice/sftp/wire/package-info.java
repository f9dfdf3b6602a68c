/** The little of SSH that is spoken here without a library: what comes before a key exchange. */
package sluice.sftp.wire;
