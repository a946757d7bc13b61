import classes from './choices.module.css';

interface NoticeTextProps {
  sections: readonly { key: string; title: string; text: string }[];
  label: string;
}

/** The very text that is agreed to, whole: nothing of it hides behind a click. */
export function NoticeText({ sections, label }: NoticeTextProps) {
  return (
    <dl className={classes.notice} aria-label={label}>
      {sections.map((section) => (
        <div key={section.key}>
          <dt>{section.title}</dt>
          <dd>{section.text}</dd>
        </div>
      ))}
    </dl>
  );
}
