/** Version of our `microovn`, as `microovn --version` prints it. Not Canonical's program, hence the suffix. */
export const VERSION = '0.1.0-quorate';
