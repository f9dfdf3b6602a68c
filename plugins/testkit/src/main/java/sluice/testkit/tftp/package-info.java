/** TFTP spoken by hand, packet by packet, for the testkit's server and client and for tests. */
package sluice.testkit.tftp;
