/**
 * FTP's lines, replies and addresses: no connection, no state beyond a line; used by both users.
 */
package sluice.ftp.codec;
