/** FTP through the gateway, and the FTP check. */
package sluice.ftp;
