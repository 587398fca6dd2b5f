import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import styles from './icon-button.module.css';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does, for those who do not see the picture; also its tooltip. */
  label: string;
  icon: LucideIcon;
  /** In CSS pixels, of the picture. */
  size?: number;
}

export function IconButton({ label, icon: Icon, size = 18, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} className={`${styles.icon} ${className}`} {...rest}>
      {/* On the picture, not the button: there a screen reader would say the name, and then say it again. */}
      <span title={label} aria-hidden="true">
        <Icon size={size} />
      </span>
    </button>
  );
}
