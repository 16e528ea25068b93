import { createLink } from '@tanstack/react-router';
import type { ComponentProps } from 'react';
import { buttonClass, type ButtonLook } from './button';
import { cx } from './cx';

/** A link that looks like a button. */
export const LinkButton = createLink(function Anchor({
  look,
  small,
  wide,
  className,
  children,
  ...rest
}: ComponentProps<'a'> & ButtonLook) {
  return (
    <a {...rest} className={cx(buttonClass({ look, small, wide } as ButtonLook), className)}>
      {children}
    </a>
  );
});
