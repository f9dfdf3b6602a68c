/** The TFTP check: reads a canary file. */
package sluice.tftp.check;
