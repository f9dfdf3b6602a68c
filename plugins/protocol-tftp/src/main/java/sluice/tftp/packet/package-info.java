/** The packets of TFTP as bytes (RFC 1350, with the options of RFC 2347 to 2349 and 7440). */
package sluice.tftp.packet;
