import { Button, FileButton, Textarea } from '@mantine/core';
import { FileText } from 'lucide-react';
import { useState, type DragEvent } from 'react';
import { useTranslations } from 'use-intl';
import classes from './verify.module.css';
import { code } from '../../../shared/ui/rich.tsx';

interface DocumentInputProps {
  text: string;
  onText: (text: string) => void;
}

/** Takes a proof as text, by drop or as a file. */
export function DocumentInput({ text, onText }: DocumentInputProps) {
  const t = useTranslations('verify');
  const common = useTranslations('common');
  const [isOver, setIsOver] = useState(false);

  async function readFile(file: File | null | undefined) {
    if (file !== null && file !== undefined) onText(await file.text());
  }

  function onDrop(event: DragEvent) {
    event.preventDefault();
    setIsOver(false);
    const [file] = event.dataTransfer.files;
    if (file === undefined) onText(event.dataTransfer.getData('text/plain'));
    else void readFile(file);
  }

  return (
    <div>
      <div
        className={classes.drop}
        data-over={isOver || undefined}
        data-hint={t('dropHere')}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={onDrop}
      >
        <Textarea
          label={t('document')}
          description={t.rich('documentHint', { code })}
          value={text}
          onChange={(event) => onText(event.currentTarget.value)}
          rows={8}
          spellCheck={false}
          autoComplete="off"
        />
      </div>
      <div className={classes.row} style={{ marginTop: 10 }}>
        <FileButton
          onChange={(file) => void readFile(file)}
          accept=".jws,.json,.txt,text/plain,application/json"
        >
          {(props) => (
            <Button {...props} variant="default" size="xs" leftSection={<FileText size={15} />}>
              {t('chooseFile')}
            </Button>
          )}
        </FileButton>
        {text !== '' && (
          <Button variant="subtle" color="gray" size="xs" onClick={() => onText('')}>
            {common('clear')}
          </Button>
        )}
      </div>
    </div>
  );
}
