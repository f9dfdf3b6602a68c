/** Who may have which file, and from which pool: what the descriptor says, and what follows. */
package sluice.tftp.rules;
